package io.billwright.user.secret;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

import org.springframework.stereotype.Component;

/// Seals secrets that have to be read again: AES-256-GCM with a key that the database never sees. What is sealed for one
/// purpose cannot be opened for another, so that nobody makes use of a secret by moving it to another row.
///
/// Sealed: 4 bytes that name the key, 12 random bytes (NIST SP 800-38D, 8.2.2), the ciphertext with its tag of 16 bytes.
@Component
public class Sealing {

	private static final int KEY_BYTES = 32;

	private static final int NAME_BYTES = 4;

	private static final int NONCE_BYTES = 12;

	private static final int TAG_BITS = 128;

	private final List<Key> keys;

	Sealing(SealingSettings settings) {
		this.keys = settings.keys().stream().map(Sealing::read).toList();
	}

	/// Whether there is a key to seal with.
	public boolean isPossible() {
		return !this.keys.isEmpty();
	}

	/// Seals. Waits for the processor only.
	///
	/// @param purpose what the secret is for, the same when it is opened
	public byte[] seal(byte[] secret, String purpose) {
		Key key = this.keys.getFirst();
		byte[] nonce = Secrets.bytes(NONCE_BYTES);
		byte[] text = key.apply(Cipher.ENCRYPT_MODE, nonce, secret, purpose);
		return ByteBuffer.allocate(NAME_BYTES + NONCE_BYTES + text.length).put(key.name()).put(nonce).put(text).array();
	}

	/// Opens what was sealed; fails with an [IllegalStateException] where it was changed, moved, or sealed with a key that
	/// the settings do not name any more.
	public byte[] open(byte[] sealed, String purpose) {
		byte[] name = Arrays.copyOf(sealed, NAME_BYTES);
		Key key = this.keys.stream()
				.filter((known) -> Arrays.equals(known.name(), name))
				.findFirst()
				.orElseThrow(
						() -> new IllegalStateException("billwright.users.sealing.keys lacks a key that is in use"));
		int start = NAME_BYTES + NONCE_BYTES;
		return key.apply(Cipher.DECRYPT_MODE, Arrays.copyOfRange(sealed, NAME_BYTES, start),
				Arrays.copyOfRange(sealed, start, sealed.length), purpose);
	}

	private static Key read(Path file) {
		try {
			byte[] key = Base64.getDecoder().decode(Files.readString(file).strip());
			if (key.length == KEY_BYTES) {
				return new Key(Arrays.copyOf(Secrets.hash(key), NAME_BYTES), new SecretKeySpec(key, "AES"));
			}
		}
		catch (IOException | IllegalArgumentException ex) {
			throw new IllegalStateException(unusable(file), ex);
		}
		throw new IllegalStateException(unusable(file));
	}

	private static String unusable(Path file) {
		return "billwright.users.sealing.keys: '%s' is not a file with 32 bytes in base64: openssl rand -base64 32"
				.formatted(file);
	}

	/// Nobody compares keys.
	@SuppressWarnings("ArrayRecordComponent")
	private record Key(byte[] name, SecretKeySpec key) {

		byte[] apply(int mode, byte[] nonce, byte[] text, String purpose) {
			try {
				Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
				cipher.init(mode, this.key, new GCMParameterSpec(TAG_BITS, nonce));
				cipher.updateAAD(purpose.getBytes(StandardCharsets.UTF_8));
				return cipher.doFinal(text);
			}
			catch (GeneralSecurityException ex) {
				throw new IllegalStateException("A sealed secret cannot be opened", ex);
			}
		}

	}

}
