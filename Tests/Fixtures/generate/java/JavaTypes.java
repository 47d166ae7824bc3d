import java.io.*;
import java.math.*;
import java.net.*;
import java.nio.file.*;
import java.time.*;
import java.util.*;
import java.util.concurrent.*;
import java.util.concurrent.atomic.*;
import java.util.regex.Pattern;

/** Every class of the JDK whose serial form is known, in one map: {@code java JavaTypes.java FOLDER NAME}. */
public final class JavaTypes {
  enum Color {
    RED,
    GREEN {
      @Override
      public String toString() { return "green, with a body"; }
    }
  }

  record Point(int x, int y) implements Serializable {}

  static class Node implements Serializable {
    int id = 7;
    byte b = -1;
    short s = -300;
    long l = Long.MIN_VALUE;
    char c = 'ß';
    float f = 0.1f;
    double d = 1e300;
    boolean z = true;
    String text = "Ada";
    int[] numbers = {1, -2, 3};
    Object nothing = null;
    transient String secret = "not written";
  }

  static class SubNode extends Node {
    String more = "sub";
  }

  static class Own implements Serializable {
    int first = 1;
    private void writeObject(ObjectOutputStream out) throws IOException {
      out.defaultWriteObject();
      out.writeInt(42);
      out.writeUTF("own");
    }
  }

  static class Ext implements Externalizable {
    public Ext() {}
    public void writeExternal(ObjectOutput out) throws IOException {
      out.writeShort(513);
      out.writeObject("ext");
    }
    public void readExternal(ObjectInput in) {}
  }

  static Map<String, Object> values() throws Exception {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("null", null);
    all.put("boolean", true);
    all.put("byte", (byte) -128);
    all.put("short", (short) 32767);
    all.put("int", -2147483648);
    all.put("long", Long.MAX_VALUE);
    all.put("float", 0.1f);
    all.put("double", 0.1);
    all.put("nan", Double.NaN);
    all.put("infinity", Float.NEGATIVE_INFINITY);
    all.put("char", '緑');
    all.put("text", "Grüner Tee 緑茶 🫖, NUL \u0000, DEL \u007f, \"quoted\" \\");
    all.put("date", new Date(1700000000123L));
    all.put("early", new Date(-1L));
    all.put("sqlDate", new java.sql.Date(1700000000000L));
    java.sql.Timestamp stamp = new java.sql.Timestamp(1700000000000L);
    stamp.setNanos(123456789);
    all.put("timestamp", stamp);
    all.put("uuid", UUID.fromString("3f1c0a9e-6d2b-4e8f-9a51-7c0d4b2e8f13"));
    all.put("big", new BigInteger("-123456789012345678901234567890"));
    all.put("smallBig", BigInteger.valueOf(-5));
    all.put("bigZero", BigInteger.ZERO);
    all.put("decimal", new BigDecimal("12.90"));
    all.put("decimalSmall", new BigDecimal("-0.00000001234"));
    all.put("decimalExponent", new BigDecimal("1.5E+20"));
    all.put("enum", Color.RED);
    all.put("enumBody", Color.GREEN);
    all.put("class", String[].class);
    all.put("classInt", int.class);
    all.put("bytes", new byte[] {0, 1, -1});
    all.put("chars", "pä".toCharArray());
    all.put("ints", new int[] {1, -2});
    all.put("longs", new long[] {1L << 40});
    all.put("doubles", new double[] {1.5, -0.25});
    all.put("floats", new float[] {0.3f});
    all.put("shorts", new short[] {-1});
    all.put("booleans", new boolean[] {true, false});
    all.put("strings", new String[] {"a", null});
    all.put("nested", new int[][] {{1}, {}});
    all.put("hashMap", new HashMap<>(Map.of("a", 1)));
    all.put("intKeys", new TreeMap<>(Map.of(1, "one", 2, "two")));
    all.put("hashtable", new Hashtable<>(Map.of("k", "v")));
    Properties properties = new Properties();
    properties.setProperty("user", "ada");
    all.put("properties", properties);
    all.put("concurrent", new ConcurrentHashMap<>(Map.of("c", 2)));
    all.put("skipList", new ConcurrentSkipListMap<>(Map.of("s", 3)));
    all.put("identity", new IdentityHashMap<>(Map.of("i", 4)));
    EnumMap<Color, String> colors = new EnumMap<>(Color.class);
    colors.put(Color.RED, "#f00");
    all.put("enumMap", colors);
    all.put("arrayList", new ArrayList<>(List.of(1, 2)));
    all.put("linkedList", new LinkedList<>(List.of("x", "y")));
    all.put("vector", new Vector<>(List.of(1)));
    Stack<String> stack = new Stack<>();
    stack.push("top");
    all.put("stack", stack);
    all.put("arraysList", Arrays.asList("p", "q"));
    all.put("copyOnWrite", new CopyOnWriteArrayList<>(List.of(8)));
    all.put("queue", new LinkedBlockingQueue<>(List.of(1, 2)));
    all.put("concurrentQueue", new ConcurrentLinkedQueue<>(List.of(3)));
    all.put("deque", new ArrayDeque<>(List.of(1, 2, 3)));
    all.put("priority", new PriorityQueue<>(List.of(1, 5)));
    all.put("hashSet", new HashSet<>(List.of("a", "b")));
    all.put("linkedHashSet", new LinkedHashSet<>(List.of("z", "y")));
    all.put("treeSet", new TreeSet<>(List.of(3, 1, 2)));
    all.put("treeSetReversed", new TreeSet<>(Comparator.<Integer>reverseOrder()));
    all.put("enumSet", EnumSet.allOf(Color.class));
    Set<String> fromMap = Collections.newSetFromMap(new HashMap<>());
    fromMap.add("sfm");
    all.put("setFromMap", fromMap);
    all.put("skipListSet", new ConcurrentSkipListSet<>(List.of(1)));
    all.put("copyOnWriteSet", new CopyOnWriteArraySet<>(List.of(2)));
    all.put("emptyList", Collections.emptyList());
    all.put("emptyMap", Collections.emptyMap());
    all.put("emptySet", Collections.emptySet());
    all.put("singletonList", Collections.singletonList("one"));
    all.put("singleton", Collections.singleton("one"));
    all.put("singletonMap", Collections.singletonMap("k", "v"));
    all.put("unmodifiableList", Collections.unmodifiableList(new ArrayList<>(List.of(1))));
    all.put("unmodifiableMap", Collections.unmodifiableMap(new HashMap<>(Map.of("u", 1))));
    all.put("unmodifiableSet", Collections.unmodifiableSet(new HashSet<>(List.of(1))));
    all.put("unmodifiableCollection", Collections.unmodifiableCollection(new ArrayList<>(List.of(2))));
    all.put("synchronizedMap", Collections.synchronizedMap(new HashMap<>(Map.of("s", 1))));
    all.put("synchronizedList", Collections.synchronizedList(new ArrayList<>(List.of(1))));
    all.put("checkedList", Collections.checkedList(new ArrayList<>(List.of("c")), String.class));
    all.put("listOf", List.of(1, 2, 3));
    all.put("listOfOne", List.of("x"));
    all.put("setOf", Set.of("only"));
    all.put("mapOf", Map.of("a", List.of(1)));
    all.put("entry", new AbstractMap.SimpleEntry<>("k", 1));
    all.put("entryOf", new AbstractMap.SimpleImmutableEntry<>("k", 2));
    all.put("bitSet", BitSet.valueOf(new long[] {0b1010, 1}));
    all.put("locale", Locale.GERMANY);
    all.put("localeLanguage", Locale.ENGLISH);
    all.put("timeZone", TimeZone.getTimeZone("Europe/Berlin"));
    GregorianCalendar calendar = new GregorianCalendar(TimeZone.getTimeZone("Europe/Berlin"), Locale.GERMANY);
    calendar.setTimeInMillis(1700000000000L);
    all.put("calendar", calendar);
    all.put("currency", Currency.getInstance("EUR"));
    all.put("uri", URI.create("https://example.org/a?b=c#d"));
    all.put("url", new URL("https://ada@example.org:8443/a?b=c#d"));
    all.put("ip4", InetAddress.getByAddress(new byte[] {(byte) 203, 0, 113, 7}));
    all.put("ip6", InetAddress.getByName("2001:db8::1"));
    all.put("file", new File("/srv/uploads/a.png"));
    all.put("pattern", Pattern.compile("a+b", Pattern.CASE_INSENSITIVE));
    all.put("builder", new StringBuilder("built ✓"));
    all.put("buffer", new StringBuffer("buffered"));
    all.put("atomicInt", new AtomicInteger(5));
    all.put("atomicLong", new AtomicLong(1L << 33));
    all.put("atomicBoolean", new AtomicBoolean(true));
    all.put("atomicReference", new AtomicReference<>("held"));
    all.put("instant", Instant.ofEpochSecond(1700000000L, 250_000_000));
    all.put("localDate", LocalDate.of(2023, 11, 14));
    all.put("localTime", LocalTime.of(22, 13));
    all.put("localTimeHour", LocalTime.of(7, 0));
    all.put("localTimeNanos", LocalTime.of(22, 13, 20, 5));
    all.put("localDateTime", LocalDateTime.of(2023, 11, 14, 22, 13, 20));
    all.put("offsetDateTime", OffsetDateTime.of(2023, 11, 14, 22, 13, 20, 0, ZoneOffset.ofHoursMinutes(-3, -30)));
    all.put("offsetTime", OffsetTime.of(1, 2, 3, 4_000_000, ZoneOffset.UTC));
    all.put("zonedDateTime", ZonedDateTime.of(2023, 11, 14, 22, 13, 20, 0, ZoneId.of("Europe/Berlin")));
    all.put("zonedFixed", ZonedDateTime.of(2023, 11, 14, 22, 13, 20, 0, ZoneOffset.ofHours(2)));
    all.put("zoneId", ZoneId.of("America/New_York"));
    all.put("zoneOffset", ZoneOffset.ofTotalSeconds(3601));
    all.put("duration", Duration.ofSeconds(93784, 5_000_000));
    all.put("durationNegative", Duration.ofMillis(-1500));
    all.put("durationTiny", Duration.ofMillis(-500));
    all.put("durationZero", Duration.ZERO);
    all.put("period", Period.of(1, -2, 3));
    all.put("periodZero", Period.ZERO);
    all.put("year", Year.of(2023));
    all.put("yearMonth", YearMonth.of(2023, 2));
    all.put("monthDay", MonthDay.of(2, 29));
    all.put("dayOfWeek", DayOfWeek.MONDAY);
    all.put("object", new SubNode());
    all.put("record", new Point(1, -2));
    return all;
  }

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    String name = arguments[1];
    Bytes.write(folder, name + ".bin", Bytes.of(values()));
    Bytes.write(folder, name + ".typed.json", TypedJson.bytes(values()));
    // Forms of their own: fields, then what the class wrote beside them.
    List<Object> own = new ArrayList<>(List.of(new Own(), new Ext()));
    Bytes.write(folder, name + "-own.bin", Bytes.of(own));
    String typed =
        "[{\"$object\":{\"class\":\"JavaTypes$Own\",\"fields\":{\"first\":1},\"state\":[{\"$bytes\":\"AAAAKgADb3du\"}]}},"
            + "{\"$object\":{\"class\":\"JavaTypes$Ext\",\"state\":[{\"$bytes\":\"AgE=\"},\"ext\"]}}]\n";
    Bytes.write(folder, name + "-own.typed.json", typed.getBytes());
  }
}
