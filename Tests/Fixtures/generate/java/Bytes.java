import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.util.*;

/** Serialization by the running JDK, and the files that it goes to. */
final class Bytes {
  static byte[] of(Object... values) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      for (Object value : values) out.writeObject(value);
    }
    return renamed(bytes.toByteArray());
  }

  /** Puts the names of the classes that stubs stand for into class descriptions and types of fields. */
  static byte[] renamed(byte[] bytes) { return renamed(bytes, Stubs.all); }

  static byte[] renamed(byte[] bytes, Map<String, Class<?>> names) {
    for (Map.Entry<String, Class<?>> entry : names.entrySet()) {
      String from = entry.getValue().getName();
      bytes = replaced(bytes, counted("", from, ""), counted("", entry.getKey(), ""));
      bytes = replaced(bytes, counted("L", from.replace('.', '/'), ";"), counted("L", entry.getKey().replace('.', '/'), ";"));
      bytes = replaced(bytes, counted("[L", from, ";"), counted("[L", entry.getKey(), ";"));
    }
    return bytes;
  }

  private static byte[] counted(String prefix, String name, String suffix) {
    byte[] text = (prefix + name + suffix).getBytes(StandardCharsets.UTF_8);
    byte[] result = new byte[text.length + 2];
    result[0] = (byte) (text.length >> 8);
    result[1] = (byte) text.length;
    System.arraycopy(text, 0, result, 2, text.length);
    return result;
  }

  static byte[] replaced(byte[] bytes, byte[] from, byte[] to) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int at = 0; at < bytes.length; ) {
      if (at + from.length <= bytes.length && Arrays.equals(bytes, at, at + from.length, from, 0, from.length)) {
        out.writeBytes(to);
        at += from.length;
      } else {
        out.write(bytes[at++]);
      }
    }
    return out.toByteArray();
  }

  static String hex(byte[] bytes) { return HexFormat.of().formatHex(bytes); }

  static void write(Path folder, String name, byte[] bytes) throws IOException {
    Files.createDirectories(folder);
    Files.write(folder.resolve(name), bytes);
  }
}
