import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Link, sign-up, order, balance and a webhook's signature, with Java 17 alone.
 * Needs PLUSONE_URL and PLUSONE_KEY, and for the webhook PLUSONE_SECRET.
 */
public class Referral {
  private static final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

  /** Calls the API, and again what failed on the way. */
  static String call(String method, String path, String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(System.getenv("PLUSONE_URL") + path))
            .timeout(Duration.ofSeconds(10))
            .header("authorization", "Bearer " + System.getenv("PLUSONE_KEY"))
            .header("content-type", "application/json")
            .header("idempotency-key", UUID.randomUUID().toString())
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .build();
    for (int attempt = 1; ; attempt++) {
      try {
        HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
        int status = response.statusCode();
        if (status < 300) return response.body();
        if ((status != 429 && status != 503) || attempt == 3) {
          throw new IllegalStateException(method + " " + path + ": " + response.body());
        }
      } catch (IOException failure) {
        if (attempt == 3) throw failure;
      }
      Thread.sleep(1000L * attempt);
    }
  }

  /** Whether a webhook is Plusone's, by its three headers and its body to the letter. */
  static boolean isGenuine(String id, String timestamp, String signatures, byte[] body, Instant now)
      throws Exception {
    Duration age = Duration.between(Instant.ofEpochSecond(Long.parseLong(timestamp)), now).abs();
    if (age.compareTo(Duration.ofMinutes(5)) > 0) return false;
    byte[] key = Base64.getDecoder().decode(System.getenv("PLUSONE_SECRET").substring("whsec_".length()));
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    ByteArrayOutputStream signed = new ByteArrayOutputStream();
    signed.write((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
    signed.write(body);
    String expected = "v1," + Base64.getEncoder().encodeToString(mac.doFinal(signed.toByteArray()));
    for (String given : signatures.split(" ")) {
      if (MessageDigest.isEqual(expected.getBytes(), given.getBytes())) return true;
    }
    return false;
  }

  public static void main(String[] arguments) throws Exception {
    if (arguments.length == 4 && arguments[0].equals("verify")) {
      byte[] body = System.in.readAllBytes();
      System.exit(isGenuine(arguments[1], arguments[2], arguments[3], body, Instant.now()) ? 0 : 1);
    }
    System.out.println(call("POST", "/generate-link", "{\"userId\":\"alice\",\"code\":\"alice-by-java\"}"));
    System.out.println(
        call("POST", "/verify-referral", "{\"newUserId\":\"bob-by-java\",\"referralCode\":\"alice-by-java\"}"));
    System.out.println(
        call(
            "POST",
            "/v1/events",
            "{\"type\":\"order.paid\",\"id\":\"order-by-java\",\"userId\":\"bob-by-java\",\"amount\":4900,\"currency\":\"USD\"}"));
    System.out.println(call("GET", "/v1/programs/default/participants/alice/balances", null));
  }
}
