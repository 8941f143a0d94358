package io.billwright.search.query;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.Operation;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

import io.billwright.platform.identity.RequiresScope;
import io.billwright.platform.messaging.Freshness;
import io.billwright.platform.paging.Page;
import io.billwright.platform.paging.PageRequest;
import io.billwright.platform.paging.Paged;
import io.billwright.platform.validation.EndOf;
import io.billwright.search.text.Highlighter;

/// Search over HTTP.
@RestController
@RequestMapping("/api/v1/search")
class SearchController {

	private static final int SUGGESTION_LIMIT = 10;

	private final Index index;

	private final Freshness freshness;

	SearchController(Index index, Freshness freshness) {
		this.index = index;
		this.freshness = freshness;
	}

	@GetMapping
	@RequiresScope("search:read")
	@Operation(summary = "Search invoices, customers, products, prices and users", description = """
			Exact numbers and ids come first, then titles that begin with `q`, then all words in any order (the last one as \
			a prefix), then words that are spelt alike. Filters may be repeated or comma-separated. `facets_exact` is false \
			where there are more matches than were looked at; the facets then count the best ones.""")
	Mono<SearchView> search(@RequestParam @NotBlank @Size(max = Query.TEXT_LIMIT) String q,
			@RequestParam(defaultValue = "") @Size(max = Query.VALUES_LIMIT) List<DocumentType> type,
			@RequestParam(defaultValue = "") @Size(max = Query.VALUES_LIMIT) List<String> status,
			@RequestParam(defaultValue = "") @Size(max = Query.VALUES_LIMIT) List<String> currency,
			@RequestParam(name = "customer_id", defaultValue = "") @Size(max = Query.VALUES_LIMIT) List<String> customers,
			@RequestParam(name = "date_from", required = false) @Nullable LocalDate dateFrom,
			@RequestParam(name = "date_to", required = false) @EndOf("date_from") @Nullable LocalDate dateTo,
			@RequestParam(name = "amount_from", required = false) @Nullable BigDecimal amountFrom,
			@RequestParam(name = "amount_to", required = false) @EndOf("amount_from") @Nullable BigDecimal amountTo,
			PageRequest page) {
		return Mono.fromSupplier(() -> new Query(q, type, status, currency, customers, dateFrom, dateTo, amountFrom,
				amountTo))
				.flatMap((query) -> this.index.search(query, Place.of(page.after()), page.fetch()))
				.map((answer) -> SearchView.of(answer, page, this.freshness.asOf().orElse(null)));
	}

	@GetMapping("/suggest")
	@RequiresScope("search:read")
	@Operation(summary = "Suggest what could be meant", description = """
			At most 10 matches for what has been typed so far, best first.""")
	Mono<SuggestionsView> suggest(@RequestParam @NotBlank @Size(max = Query.TEXT_LIMIT) String q) {
		return Mono.fromSupplier(() -> Query.of(q))
				.flatMap((query) -> this.index.search(query, null, SUGGESTION_LIMIT))
				.map((answer) -> SuggestionsView.of(answer, this.freshness.asOf().orElse(null)));
	}

	/// A page of matches.
	///
	/// @param facets how many matches have which type, status and currency
	/// @param facetsExact whether `facets` count every match
	/// @param asOf everything up to this moment can be found; `null` shortly after a start
	record SearchView(List<HitView> data, @Nullable String nextCursor, boolean hasMore,
			Map<String, Map<String, Long>> facets, boolean facetsExact, @Nullable Instant asOf) implements Paged {

		static SearchView of(Answer answer, PageRequest request, @Nullable Instant asOf) {
			Highlighter highlighter = new Highlighter(answer.matched());
			Page<Answer.Hit> page = Page.of(answer.hits(), request, (hit) -> Place.of(hit).cursor());
			return new SearchView(page.data().stream().map((hit) -> HitView.of(hit, highlighter)).toList(),
					page.nextCursor(), page.hasMore(), answer.facets(), answer.complete(), asOf);
		}

	}

	/// A match.
	///
	/// @param match how it was found: `exact`, `prefix`, `words` or `similar`
	/// @param amount an invoice's total or a price's amount for a unit
	/// @param highlights title and subtitle as HTML, with `<mark>` around what matched and the rest escaped
	record HitView(DocumentType type, String id, String title, @Nullable String subtitle, @Nullable String status,
			@JsonInclude(JsonInclude.Include.NON_NULL) @Nullable AmountView amount, LocalDate date, Match match,
			HighlightsView highlights) {

		static HitView of(Answer.Hit hit, Highlighter highlighter) {
			return new HitView(hit.type(), hit.id(), hit.title(), hit.subtitle(), hit.status(), AmountView.of(hit),
					hit.date(), Match.of(hit.tier()), new HighlightsView(highlighter.highlight(hit.title()),
							highlighter.highlight(hit.subtitle())));
		}

	}

	/// An amount; the decimals of a unit price may exceed the currency's.
	record AmountView(BigDecimal amount, String currency) {

		static @Nullable AmountView of(Answer.Hit hit) {
			return ((hit.amount() != null) && (hit.currency() != null))
					? new AmountView(hit.amount(), hit.currency())
					: null;
		}

	}

	/// `null` where nothing matched.
	record HighlightsView(@JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String title,
			@JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String subtitle) {}

	/// How a match was found.
	enum Match {

		SIMILAR, WORDS, PREFIX, EXACT;

		static Match of(int tier) {
			return values()[tier - 1];
		}

	}

	/// What could be meant.
	record SuggestionsView(List<SuggestionView> data, @Nullable Instant asOf) {

		static SuggestionsView of(Answer answer, @Nullable Instant asOf) {
			Highlighter highlighter = new Highlighter(answer.matched());
			return new SuggestionsView(answer.hits()
					.stream()
					.map((hit) -> SuggestionView.of(hit, highlighter))
					.toList(), asOf);
		}

	}

	/// One suggestion.
	record SuggestionView(DocumentType type, String id, String text, @Nullable String subtitle,
			@Nullable String highlighted) {

		static SuggestionView of(Answer.Hit hit, Highlighter highlighter) {
			return new SuggestionView(hit.type(), hit.id(), hit.title(), hit.subtitle(),
					highlighter.highlight(hit.title()));
		}

	}

}
