# Draws what `run` has measured: answers a second above, their p99 below (logarithmic), by load.
{
	load[$1, $2] = $3; good[$1, $2] = $4; p99[$1, $2] = $8
	if ($3 > most) most = $3
	if (!seen[$2]++) tenths[++n] = $2
}
function x(asked) { return 70 + asked / most * 560 }
function rate(answered) { return 210 - answered / (capacity * 1.1) * 180 }
function time(ms) { return 450 - log(ms / 10) / log(10) * 60 }
function curve(limited, color, high,   i, key, points) {
	for (i = 1; i <= n; i++) {
		key = limited SUBSEP tenths[i]
		if (high && p99[key] == "NaN") continue
		points = points sprintf("%.1f,%.1f ", x(load[key]), high ? time(p99[key]) : rate(good[key]))
	}
	printf "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>\n", points, color
}
function text(left, top, anchor, words) {
	printf "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>\n", left, top, anchor, words
}
function line(left, top, right, bottom) {
	printf "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"#ccc\"/>\n", left, top, right, bottom
}
END {
	print "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 660 500\" font-family=\"sans-serif\" font-size=\"12\">"
	print "<rect width=\"660\" height=\"500\" fill=\"#fff\"/>"
	text(70, 20, "start", "Answers a second by requests a second")
	for (i = 0; i <= 1; i++) { line(70, rate(capacity * i), 630, rate(capacity * i)); text(62, rate(capacity * i) + 4, "end", capacity * i) }
	curve("false", "#c33", 0); curve("true", "#07c", 0)
	text(70, 258, "start", "p99 in milliseconds")
	for (ms = 10; ms <= 10000; ms *= 10) { line(70, time(ms), 630, time(ms)); text(62, time(ms) + 4, "end", ms) }
	curve("false", "#c33", 1); curve("true", "#07c", 1)
	for (i = 0; i <= 5; i++) text(x(capacity * i), 470, "middle", capacity * i)
	print "<rect x=\"400\" y=\"480\" width=\"12\" height=\"4\" fill=\"#07c\"/><rect x=\"510\" y=\"480\" width=\"12\" height=\"4\" fill=\"#c33\"/>"
	text(416, 486, "start", "with the limit"); text(526, 486, "start", "without")
	print "</svg>"
}
