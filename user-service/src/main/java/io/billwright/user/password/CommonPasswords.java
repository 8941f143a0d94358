package io.billwright.user.password;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

import me.gosimple.nbvcxz.Nbvcxz;
import me.gosimple.nbvcxz.resources.Configuration;
import me.gosimple.nbvcxz.resources.ConfigurationBuilder;
import me.gosimple.nbvcxz.resources.Dictionary;
import me.gosimple.nbvcxz.resources.DictionaryBuilder;

import io.billwright.platform.failure.Invalid;

/// Refuses passwords by how early an attacker tries them, not by which kinds of characters they have: the hundred
/// thousand most common ones, words, names, dates, keyboard walks, repetitions and what is known about their owner.
final class CommonPasswords {

	/// How long the estimate may search for the cheapest combination of patterns.
	private static final long SEARCH_MILLIS_MAX = 100;

	private static final int PERSONAL_WORD_MIN = 3;

	private static final Pattern WORDS = Pattern.compile("[^\\p{L}\\p{N}]+");

	private final double minimumEntropy;

	private final List<Dictionary> dictionaries = ConfigurationBuilder.getDefaultDictionaries();

	CommonPasswords(double minimumEntropy) {
		this.minimumEntropy = minimumEntropy;
	}

	void check(String field, String password, Collection<String> personal) {
		if (new Nbvcxz(knowing(personal)).estimate(password).getEntropy() < this.minimumEntropy) {
			throw new Invalid(field, "password_common",
					"This password is among the first that are guessed. Choose another, for example four random words.");
		}
	}

	private Configuration knowing(Collection<String> personal) {
		List<Dictionary> known = new ArrayList<>(this.dictionaries);
		known.add(dictionary(personal));
		return new ConfigurationBuilder().setDictionaries(known)
				.setLocale(Locale.ENGLISH)
				.setMinimumEntropy(this.minimumEntropy)
				.setMaxLength(PasswordSettings.LENGTH_MAX)
				.setDistanceCalc(false)
				.setCombinationAlgorithmTimeout(SEARCH_MILLIS_MAX)
				.createConfiguration();
	}

	private static Dictionary dictionary(Collection<String> personal) {
		DictionaryBuilder words = new DictionaryBuilder().setDictionaryName("personal").setExclusion(true);
		for (String phrase : personal) {
			String lower = phrase.toLowerCase(Locale.ROOT);
			words.addWord(lower, 0);
			WORDS.splitAsStream(lower)
					.filter((word) -> word.length() >= PERSONAL_WORD_MIN)
					.forEach((word) -> words.addWord(word, 0));
		}
		return words.createDictionary();
	}

}
