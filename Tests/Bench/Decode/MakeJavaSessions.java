import java.io.*;
import java.nio.*;
import java.util.*;

/**
 * Writes sessions in Java serialization, as a servlet container or Spring Session keeps the attributes, each behind its
 * length in 4 bytes: {@code java MakeJavaSessions.java FILE [COUNT]}.
 */
public final class MakeJavaSessions {
  private static final String[] WORDS = "blue green large small shirt mug lamp book pen bag Größe café".split(" ");
  private static final String[] ROLES = {"admin", "editor", "customer"};

  private static Map<String, Object> session(int number, Random pick) {
    Map<String, Object> session = new HashMap<>();
    int user = pick.nextInt(1_000_000);
    session.put("userId", user);
    session.put("csrfToken", String.format("%016x%016x%08x", pick.nextLong(), pick.nextLong(), pick.nextInt()));
    session.put("role", ROLES[pick.nextInt(ROLES.length)]);
    session.put("remembered", number % 2 == 0);
    session.put("lastRequest", 1_767_225_600_000L + pick.nextInt(1 << 30));
    session.put("started", new Date(1_767_225_600_000L + pick.nextInt(1 << 30)));
    session.put("locale", "de_DE");
    session.put("total", pick.nextInt(100, 99_999) / 100.0);
    List<Object> messages = new ArrayList<>();
    if (number % 3 == 0) messages.add("Welcome back, user " + user);
    session.put("messages", messages);
    List<Object> cart = new ArrayList<>();
    for (int line = 0; line <= number % 3; line++) {
      Map<String, Object> item = new LinkedHashMap<>();
      item.put("sku", String.format("%s-%04d", WORDS[pick.nextInt(WORDS.length)], pick.nextInt(10_000)));
      item.put("count", pick.nextInt(1, 9));
      item.put("price", pick.nextInt(100, 99_999) / 100.0);
      cart.add(item);
    }
    session.put("cart", cart);
    return session;
  }

  public static void main(String[] arguments) throws IOException {
    Random pick = new Random(4711);
    int count = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 20_000;
    long total = 0;
    try (OutputStream output = new BufferedOutputStream(new FileOutputStream(arguments[0]))) {
      for (int number = 0; number < count; number++) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
          out.writeObject(session(number, pick));
        }
        byte[] payload = bytes.toByteArray();
        total += payload.length;
        output.write(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(payload.length).array());
        output.write(payload);
      }
    }
    System.out.printf("%d payloads of %d bytes on average%n", count, total / count);
  }
}
