package io.billwright.user.secret;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class SealingTests {

	private static final byte[] SECRET = "bw_sig_secret".getBytes(UTF_8);

	@TempDir
	private Path directory;

	@Test
	void secretWhenSealedThenIsReadForTheSamePurposeOnly() throws IOException {
		Sealing sealing = with(key("one"));
		byte[] sealed = sealing.seal(SECRET, "a");
		assertThat(new String(sealed, UTF_8)).doesNotContain("bw_sig");
		assertThat(sealing.seal(SECRET, "a")).isNotEqualTo(sealed);
		assertThat(sealing.open(sealed, "a")).isEqualTo(SECRET);
		assertThatIllegalStateException().isThrownBy(() -> sealing.open(sealed, "b"));
	}

	@Test
	void secretWhenChangedThenCannotBeOpened() throws IOException {
		Sealing sealing = with(key("one"));
		byte[] sealed = sealing.seal(SECRET, "a");
		for (int i = 0; i < sealed.length; i++) {
			byte[] changed = sealed.clone();
			changed[i] ^= 1;
			assertThatIllegalStateException().isThrownBy(() -> sealing.open(changed, "a"));
		}
	}

	@Test
	void keyWhenReplacedThenOpensWhatItSealedAsLongAsItIsNamed() throws IOException {
		Path old = key("old");
		Path fresh = key("fresh");
		byte[] sealed = with(old).seal(SECRET, "a");
		assertThat(with(fresh, old).open(sealed, "a")).isEqualTo(SECRET);
		byte[] resealed = with(fresh, old).seal(SECRET, "a");
		assertThat(with(fresh).open(resealed, "a")).isEqualTo(SECRET);
		assertThatIllegalStateException().isThrownBy(() -> with(fresh).open(sealed, "a"))
				.withMessageContaining("billwright.users.sealing.keys");
	}

	@Test
	void keyWhenItsFileIsNoneThenTheStartSaysHowToMakeOne() throws IOException {
		Path weak = Files.writeString(this.directory.resolve("weak"), "c2hvcnQ=");
		assertThatIllegalStateException().isThrownBy(() -> with(weak)).withMessageContaining("openssl rand -base64 32");
		assertThatIllegalStateException().isThrownBy(() -> with(this.directory.resolve("absent")));
		assertThat(with().isPossible()).isFalse();
	}

	private Path key(String name) throws IOException {
		return Files.writeString(this.directory.resolve(name),
				Base64.getEncoder().encodeToString(Secrets.bytes(32)) + "\n");
	}

	private static Sealing with(Path... keys) {
		return new Sealing(new SealingSettings(List.of(keys)));
	}

}
