import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.*;
import java.nio.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.util.*;

/**
 * Times ObjectInputStream.readObject and Jackson's writeValueAsString on the payloads of MakeJavaSessions.java, as
 * decode-bench does: {@code java -cp JACKSON TimeJava.java FILE [ROUNDS]}. Half as many rounds again come first, so
 * that the compiler has seen everything.
 */
public final class TimeJava {
  private static List<byte[]> payloads(String path) throws IOException {
    ByteBuffer data = ByteBuffer.wrap(Files.readAllBytes(Path.of(path))).order(ByteOrder.LITTLE_ENDIAN);
    List<byte[]> result = new ArrayList<>();
    while (data.hasRemaining()) {
      byte[] payload = new byte[data.getInt()];
      data.get(payload);
      result.add(payload);
    }
    return result;
  }

  private static String json(ObjectMapper mapper, byte[] payload) throws IOException, ClassNotFoundException {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(payload))) {
      return mapper.writeValueAsString(in.readObject());
    }
  }

  public static void main(String[] arguments) throws Exception {
    List<byte[]> all = payloads(arguments[0]);
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 10;
    ObjectMapper mapper = new ObjectMapper();
    long best = Long.MAX_VALUE;
    long characters = 0;
    for (int round = -rounds / 2; round < rounds; round++) {
      long start = System.nanoTime();
      characters = 0;
      for (byte[] payload : all) characters += json(mapper, payload).length();
      long spent = System.nanoTime() - start;
      if (round >= 0) best = Math.min(best, spent);
    }
    long size = 0;
    for (byte[] payload : all) size += json(mapper, payload).getBytes(StandardCharsets.UTF_8).length;
    if (size < characters) throw new IllegalStateException("JSON that shrinks");
    System.out.printf("%d ns per payload, %d payloads, %d bytes of JSON%n", best / all.size(), all.size(), size);
  }
}
