package io.billwright.platform.test;

import java.nio.file.Files;
import java.security.KeyFactory;
import java.security.interfaces.ECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;

import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jwt.SignedJWT;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpHeaders;

import static org.assertj.core.api.Assertions.assertThat;

class PassportsTests {

	@Test
	void userWhenSignedThenThePublishedKeyVerifiesIt() throws Exception {
		String organization = Passports.freshId("org");
		SignedJWT token = SignedJWT.parse(Passports.user(organization, "invoices:read", "invoices:write").token());
		assertThat(verifies(token)).isTrue();
		assertThat(token.getJWTClaimsSet().getIssuer()).isEqualTo("billwright-gateway");
		assertThat(token.getJWTClaimsSet().getAudience()).containsExactly("billwright");
		assertThat(token.getJWTClaimsSet().getStringClaim("org")).isEqualTo(organization);
		assertThat(token.getJWTClaimsSet().getStringClaim("kind")).isEqualTo("user");
		assertThat(token.getJWTClaimsSet().getStringClaim("mode")).isEqualTo("live");
		assertThat(token.getJWTClaimsSet().getStringClaim("scope")).isEqualTo("invoices:read invoices:write");
		assertThat(token.getJWTClaimsSet().getExpirationTime()).isAfter(Instant.now());
	}

	@Test
	void anonymousWhenSignedThenHasNoOrganization() throws Exception {
		SignedJWT token = SignedJWT.parse(Passports.anonymous().token());
		assertThat(token.getJWTClaimsSet().getSubject()).isEqualTo("anonymous");
		assertThat(token.getJWTClaimsSet().getClaims()).doesNotContainKeys("org", "role");
	}

	@Test
	void passportWhenTamperedThenTheKeyDoesNotVerifyIt() throws Exception {
		Passport passport = Passports.apiKey(Passports.freshId("org")).withWrongSignature();
		assertThat(verifies(SignedJWT.parse(passport.token()))).isFalse();
	}

	@Test
	void passportWhenExpiredThenItsTimeIsOver() throws Exception {
		SignedJWT token = SignedJWT.parse(Passports.service().expired().token());
		assertThat(token.getJWTClaimsSet().getExpirationTime()).isBefore(Instant.now());
		assertThat(verifies(token)).isTrue();
	}

	@Test
	void passportWhenInTestModeThenSaysSo() throws Exception {
		Passport passport = Passports.apiKey(Passports.freshId("org"), "search:read").inTestMode();
		assertThat(SignedJWT.parse(passport.token()).getJWTClaimsSet().getStringClaim("mode")).isEqualTo("test");
	}

	@Test
	void passportWhenAppliedToHeadersThenIsSent() {
		HttpHeaders headers = new HttpHeaders();
		Passports.anonymous().accept(headers);
		assertThat(headers.getFirst(Passport.HEADER)).startsWith("ey");
	}

	@Test
	void freshIdWhenMadeTwiceThenDiffersAndHasTheForm() {
		assertThat(Passports.freshId("org")).matches("org_[0-7][0-9a-hjkmnp-tv-z]{25}")
				.isNotEqualTo(Passports.freshId("org"));
	}

	private static boolean verifies(SignedJWT token) throws Exception {
		String body = Files.readString(Passports.publicKeys()).replaceAll("-----.*-----|\\s", "");
		ECPublicKey key = (ECPublicKey) KeyFactory.getInstance("EC")
				.generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(body)));
		return token.verify(new ECDSAVerifier(key));
	}

}
