package io.billwright.search.text;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Finds the words of a text and folds them: lower case, without accents, letters and digits only. `Müller & Søn` has the
/// words `muller` and `son`. One place decides what a word is, hence here and not in the database.
public final class Words {

	/// A longer word is cut; characters.
	private static final int LENGTH_LIMIT = 64;

	private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{M}\\p{Nd}]+");

	private static final Pattern NOT_IN_A_WORD = Pattern.compile("[^\\p{L}\\p{Nd}]");

	private static final Pattern MARK = Pattern.compile("\\p{M}+");

	private static final Pattern SPACE = Pattern.compile("\\s+");

	/// Letters that Unicode does not decompose.
	private static final Map<Character, String> PLAIN = Map.ofEntries(Map.entry('ß', "ss"), Map.entry('æ', "ae"),
			Map.entry('œ', "oe"), Map.entry('ø', "o"), Map.entry('ł', "l"), Map.entry('đ', "d"), Map.entry('ð', "d"),
			Map.entry('þ', "th"), Map.entry('ħ', "h"), Map.entry('ı', "i"), Map.entry('ŋ', "n"));

	private Words() {
	}

	/// A word and where it stands.
	///
	/// @param folded the form in which words are compared
	/// @param start of the word in the text, in UTF-16 units
	/// @param end behind the word
	public record Word(String folded, int start, int end) {}

	/// The words of a text, in order.
	///
	/// @param limit how many at most
	public static List<Word> in(String text, int limit) {
		List<Word> words = new ArrayList<>();
		Matcher matcher = WORD.matcher(text);
		while ((words.size() < limit) && matcher.find()) {
			String folded = cut(NOT_IN_A_WORD.matcher(fold(matcher.group())).replaceAll(""));
			if (!folded.isEmpty()) {
				words.add(new Word(folded, matcher.start(), matcher.end()));
			}
		}
		return words;
	}

	/// The folded words of a text, in order.
	public static List<String> of(String text, int limit) {
		return in(text, limit).stream().map(Word::folded).toList();
	}

	/// The form in which ids, numbers and addresses are found exactly: folded, with their punctuation.
	public static String key(String text) {
		return SPACE.matcher(fold(text.strip())).replaceAll(" ");
	}

	private static String fold(String text) {
		String decomposed = Normalizer.normalize(text.toLowerCase(Locale.ROOT), Normalizer.Form.NFKD);
		String bare = MARK.matcher(decomposed).replaceAll("").toLowerCase(Locale.ROOT);
		return bare.chars().allMatch((letter) -> letter < 0x80) ? bare : plain(bare);
	}

	private static String plain(String text) {
		StringBuilder plain = new StringBuilder(text.length());
		for (int at = 0; at < text.length(); at++) {
			char letter = text.charAt(at);
			plain.append(PLAIN.getOrDefault(letter, String.valueOf(letter)));
		}
		return plain.toString();
	}

	private static String cut(String word) {
		return (word.length() <= LENGTH_LIMIT)
				? word
				: word.substring(0, word.offsetByCodePoints(0,
						word.codePointCount(0, LENGTH_LIMIT)));
	}

}
