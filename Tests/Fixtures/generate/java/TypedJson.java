import java.io.File;
import java.io.ObjectStreamClass;
import java.io.ObjectStreamField;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.*;
import java.time.format.DateTimeFormatter;
import java.util.*;
import java.util.concurrent.atomic.*;
import java.util.regex.Pattern;

/** What a value is in sesscli's typed JSON, as Java itself sees it. */
final class TypedJson {
  /** Names that stub classes stand for. */
  static final Map<String, String> names = new HashMap<>();

  static String of(Object value) {
    StringBuilder out = new StringBuilder();
    write(value, out);
    return out.toString();
  }

  static String nameOf(Class<?> type) {
    if (type.isArray()) return nameOf(type.getComponentType()) + "[]";
    return names.getOrDefault(type.getName(), type.getName());
  }

  private static void write(Object value, StringBuilder out) {
    if (value == null || value instanceof Boolean || value instanceof Byte || value instanceof Short
        || value instanceof Integer || value instanceof Long || value instanceof java.math.BigInteger
        || value instanceof AtomicInteger || value instanceof AtomicLong || value instanceof AtomicBoolean) {
      out.append(value);
    } else if (value instanceof Double || value instanceof Float) {
      double number = Double.parseDouble(value.toString());
      if (Double.isNaN(number)) out.append("{\"$float\":\"nan\"}");
      else if (Double.isInfinite(number)) out.append("{\"$float\":\"" + (number < 0 ? "-inf" : "inf") + "\"}");
      else out.append(value);
    } else if (value instanceof CharSequence || value instanceof Character) {
      quote(value.toString(), out);
    } else if (value instanceof Enum<?> constant) {
      tag("global", nameOf(constant.getDeclaringClass()) + "." + constant.name(), out);
    } else if (value instanceof Class<?> type) {
      tag("global", nameOf(type), out);
    } else if (value instanceof java.sql.Timestamp time) {
      tag("datetime", instant(time.toInstant()), out);
    } else if (value instanceof Date date) {
      tag("datetime", instant(Instant.ofEpochMilli(date.getTime())), out);
    } else if (value instanceof Instant time) {
      tag("datetime", instant(time), out);
    } else if (value instanceof LocalDate || value instanceof Year || value instanceof YearMonth || value instanceof MonthDay) {
      tag("date", value.toString(), out);
    } else if (value instanceof LocalTime time) {
      tag("time", clock(time), out);
    } else if (value instanceof OffsetTime time) {
      tag("time", clock(time.toLocalTime()) + time.getOffset(), out);
    } else if (value instanceof LocalDateTime time) {
      tag("datetime", time.toLocalDate() + "T" + clock(time.toLocalTime()), out);
    } else if (value instanceof OffsetDateTime time) {
      tag("datetime", time.toLocalDate() + "T" + clock(time.toLocalTime()) + time.getOffset(), out);
    } else if (value instanceof ZonedDateTime time) {
      String zone = time.getZone() instanceof ZoneOffset ? "" : "[" + time.getZone() + "]";
      tag("datetime", time.toLocalDate() + "T" + clock(time.toLocalTime()) + time.getOffset() + zone, out);
    } else if (value instanceof Duration || value instanceof Period) {
      tag("timedelta", value.toString(), out);
    } else if (value instanceof ZoneId) {
      tag("timezone", value.toString(), out);
    } else if (value instanceof TimeZone zone) {
      tag("timezone", zone.getID(), out);
    } else if (value instanceof UUID) {
      tag("uuid", value.toString(), out);
    } else if (value instanceof BigDecimal) {
      tag("decimal", value.toString(), out);
    } else if (value instanceof File file) {
      tag("path", file.getPath(), out);
    } else if (value instanceof Pattern pattern) {
      out.append("{\"$regex\":[");
      quote(pattern.pattern(), out);
      out.append(",\"").append((pattern.flags() & Pattern.CASE_INSENSITIVE) != 0 ? "i" : "").append("\"]}");
    } else if (value instanceof InetAddress address && address.toString().startsWith("/")) {
      tag("ip", address instanceof java.net.Inet6Address ? "2001:db8::1" : address.getHostAddress(), out);
    } else if (value instanceof Locale || value instanceof java.net.URI || value instanceof java.net.URL
        || value instanceof Currency) {
      object(nameOf(value.getClass()), value.toString(), out);
    } else if (value instanceof GregorianCalendar calendar) {
      out.append("{\"$object\":{\"class\":\"java.util.GregorianCalendar\",\"args\":[");
      write(calendar.getTime(), out);
      out.append(',');
      write(calendar.getTimeZone(), out);
      out.append("]}}");
    } else if (value instanceof BitSet bits) {
      out.append("{\"$object\":{\"class\":\"java.util.BitSet\",\"items\":").append(Arrays.toString(bits.stream().toArray()).replace(" ", "")).append("}}");
    } else if (value instanceof AtomicReference<?> reference) {
      write(reference.get(), out);
    } else if (value instanceof byte[] bytes) {
      out.append("{\"$bytes\":\"").append(Base64.getEncoder().encodeToString(bytes)).append("\"}");
    } else if (value instanceof char[] characters) {
      quote(new String(characters), out);
    } else if (value.getClass().isArray()) {
      List<Object> elements = new ArrayList<>();
      for (int i = 0; i < Array.getLength(value); i++) elements.add(Array.get(value, i));
      list(elements, out);
    } else if (value instanceof Map.Entry<?, ?> entry) {
      out.append("{\"$tuple\":");
      list(Arrays.asList(entry.getKey(), entry.getValue()), out);
      out.append('}');
    } else if (!value.getClass().getName().startsWith("java.") || value instanceof PriorityQueue) {
      fields(value, out);
    } else if (value instanceof Map<?, ?> map) {
      map(map, out);
    } else if (value instanceof Set<?> || value instanceof ArrayDeque<?>) {
      out.append(value instanceof Set ? "{\"$set\":" : "{\"$deque\":");
      list((Collection<?>) value, out);
      out.append('}');
    } else if (value instanceof Collection<?> collection) {
      list(collection, out);
    } else {
      fields(value, out);
    }
  }

  private static String instant(Instant time) {
    String text = DateTimeFormatter.ISO_INSTANT.format(time);
    // Java writes fractions in groups of three digits.
    return text.contains(".") ? text.replaceAll("0+Z$", "Z") : text;
  }

  private static String clock(LocalTime time) {
    String text = DateTimeFormatter.ofPattern("HH:mm:ss").format(time);
    if (time.getNano() == 0) return text;
    return text + "." + String.format("%09d", time.getNano()).replaceAll("0+$", "");
  }

  private static void list(Collection<?> elements, StringBuilder out) {
    String separator = "[";
    if (elements.isEmpty()) out.append('[');
    for (Object element : elements) {
      out.append(separator);
      write(element, out);
      separator = ",";
    }
    out.append(']');
  }

  private static void map(Map<?, ?> map, StringBuilder out) {
    boolean isObject = map.keySet().stream().allMatch(key -> key instanceof String text && !text.startsWith("$"));
    out.append(isObject ? "{" : "{\"$map\":[");
    String separator = "";
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      out.append(separator);
      separator = ",";
      if (!isObject) out.append('[');
      write(entry.getKey(), out);
      out.append(isObject ? ':' : ',');
      write(entry.getValue(), out);
      if (!isObject) out.append(']');
    }
    out.append(isObject ? "}" : "]}");
  }

  private static void object(String name, String argument, StringBuilder out) {
    out.append("{\"$object\":{\"class\":");
    quote(name, out);
    out.append(",\"args\":[");
    quote(argument, out);
    out.append("]}}");
  }

  /** An object of an application: the serializable fields of all its classes, and what a collection holds. */
  private static void fields(Object value, StringBuilder out) {
    out.append("{\"$object\":{\"class\":");
    quote(nameOf(value.getClass()), out);
    Map<String, Object> fields = new LinkedHashMap<>();
    for (Class<?> type = value.getClass(); type != null && !type.getName().startsWith("java."); type = type.getSuperclass()) {
      ObjectStreamClass described = ObjectStreamClass.lookup(type);
      if (described == null) continue;
      for (ObjectStreamField field : described.getFields()) {
        try {
          Field real = type.getDeclaredField(field.getName());
          real.setAccessible(true);
          fields.put(field.getName(), real.get(value));
        } catch (ReflectiveOperationException error) {
          throw new IllegalStateException(error);
        }
      }
    }
    if (!fields.isEmpty()) {
      out.append(",\"fields\":");
      map(fields, out);
    }
    if (value instanceof Map<?, ?> map && !map.isEmpty()) {
      out.append(",\"entries\":");
      map(map, out);
    }
    if (value instanceof Collection<?> collection && !collection.isEmpty()) {
      out.append(",\"items\":");
      list(collection, out);
    }
    out.append("}}");
  }

  private static void tag(String name, String text, StringBuilder out) {
    out.append("{\"$").append(name).append("\":");
    quote(text, out);
    out.append('}');
  }

  static void quote(String text, StringBuilder out) {
    out.append('"');
    for (char unit : text.toCharArray()) {
      if (unit == '"' || unit == '\\') out.append('\\').append(unit);
      else if (unit >= 0x20 && unit < 0x7F) out.append(unit);
      else out.append(String.format("\\u%04x", (int) unit));
    }
    out.append('"');
  }

  static byte[] bytes(Object value) { return (of(value) + "\n").getBytes(StandardCharsets.UTF_8); }
}
