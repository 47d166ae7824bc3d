import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.jsontype.BasicPolymorphicTypeValidator;
import com.fasterxml.jackson.databind.jsontype.impl.LaissezFaireSubTypeValidator;
import java.io.*;
import java.lang.reflect.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.security.MessageDigest;
import java.util.*;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.session.*;
import org.apache.shiro.session.mgt.SimpleSession;
import org.apache.shiro.subject.SimplePrincipalCollection;
import org.apache.shiro.subject.support.DefaultSubjectContext;

/** Sessions as the stores of Java keep them, and the manifest: {@code java JavaSessions FOLDER}. */
public final class JavaSessions {
  private static final String ID = "b5c1f3e2-77aa-4d0e-9c3b-0f6a2e9d4c55";
  private static final long CREATED = 1699999700000L;
  private static final long SEEN = 1699999940000L;
  private static final StringBuilder manifest = new StringBuilder();
  private static Path folder;

  public static void main(String[] arguments) throws Exception {
    folder = Path.of(arguments[0]);
    spring();
    springJson();
    micronaut();
    shiro();
    tomcat();
    saToken();
    for (String jdk : new String[] {"17", "25"}) {
      row("java" + jdk + ".bin", null, "Java, any store", "Java " + jdk, "Java serialization", "real", null,
          "Java serialization", null, "java" + jdk + ".typed.json");
      row("java" + jdk + "-own.bin", null, "Java, any store", "Java " + jdk, "Java serialization", "real", null,
          "Java serialization", null, "java" + jdk + "-own.typed.json");
    }
    Bytes.write(folder, "manifest.json", ("{\"payloads\":[\n" + manifest + "\n]}\n").getBytes(StandardCharsets.UTF_8));
  }

  private static void row(
      String file, Map<String, byte[]> fields, String store, String version, String serializer, String made, String key,
      String chain, String framework, String typed) {
    if (manifest.length() > 0) manifest.append(",\n");
    manifest.append("{");
    if (file != null) manifest.append("\"file\":\"").append(file).append("\",");
    manifest.append("\"store\":\"" + store + "\",\"version\":\"" + version + "\",\"serializer\":\"" + serializer
        + "\",\"compressor\":\"none\",\"made\":\"" + made + "\"");
    if (key != null) manifest.append(",\"key\":\"" + key + "\"");
    if (chain != null) manifest.append(",\"chain\":\"" + chain + "\"");
    if (framework != null) manifest.append(",\"framework\":\"" + framework + "\"");
    if (typed != null) manifest.append(",\"typed\":\"" + typed + "\"");
    if (fields != null) {
      manifest.append(",\"fields\":{");
      String separator = "";
      for (Map.Entry<String, byte[]> field : fields.entrySet()) {
        manifest.append(separator).append("\n  \"" + field.getKey() + "\":\"" + Bytes.hex(field.getValue()) + "\"");
        separator = ",";
      }
      manifest.append("}");
    }
    manifest.append("}");
  }

  /** The attributes of a Spring session, under the names that Spring gives them. */
  private static Map<String, Object> attributes() {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("SPRING_SECURITY_CONTEXT", Stubs.securityContext());
    all.put("org.springframework.security.web.csrf.HttpSessionCsrfTokenRepository.CSRF_TOKEN", new Stubs.DefaultCsrfToken());
    Stubs.FlashMap flash = new Stubs.FlashMap();
    flash.put("message", "Willkommen zurück, Ada!");
    all.put("org.springframework.web.servlet.support.SessionFlashMapManager.FLASH_MAPS",
        new java.util.concurrent.CopyOnWriteArrayList<>(List.of(flash)));
    all.put("cart", Stubs.cart());
    all.put("locale", Locale.GERMANY);
    all.put("visits", 3);
    all.put("started", java.time.Instant.ofEpochMilli(CREATED));
    return all;
  }

  private static void spring() throws Exception {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("creationTime", CREATED);
    values.put("lastAccessedTime", SEEN);
    values.put("maxInactiveInterval", 1800);
    attributes().forEach((name, value) -> values.put("sessionAttr:" + name, value));
    Map<String, byte[]> fields = new LinkedHashMap<>();
    for (Map.Entry<String, Object> value : values.entrySet()) fields.put(value.getKey(), Bytes.of(value.getValue()));
    Bytes.write(folder, "spring-session.typed.json", TypedJson.bytes(values));
    row(null, fields, "Spring Session", "3.2, Security 6.2 (Java 17)", "Java serialization", "specification",
        "spring:session:sessions:" + ID, "Java serialization", "Spring Session", "spring-session.typed.json");
    Bytes.write(folder, "spring-session-expires.bin", Bytes.of("expires:" + ID));
    row("spring-session-expires.bin", null, "Spring Session expirations", "3.2 (Java 17)", "Java serialization",
        "specification", "spring:session:expirations:1700001780000", "Java serialization", "Spring Session", null);
  }

  /** GenericJackson2JsonRedisSerializer: types of all that is not final, as a property or a pair. */
  private static void springJson() throws Exception {
    ObjectMapper mapper = new ObjectMapper();
    mapper.setVisibility(com.fasterxml.jackson.annotation.PropertyAccessor.FIELD, com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility.ANY);
    mapper.activateDefaultTyping(LaissezFaireSubTypeValidator.instance, ObjectMapper.DefaultTyping.NON_FINAL, JsonTypeInfo.As.PROPERTY);
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("creationTime", CREATED);
    values.put("lastAccessedTime", SEEN);
    values.put("maxInactiveInterval", 1800);
    attributes().forEach((name, value) -> values.put("sessionAttr:" + name, value));
    values.remove("sessionAttr:started");
    values.remove("sessionAttr:locale");
    Map<String, Object> profile = new LinkedHashMap<>();
    profile.put("born", new Date(1700000000000L));
    profile.put("points", 5L);
    profile.put("balance", new java.math.BigDecimal("12.90"));
    profile.put("tags", new LinkedHashSet<>(List.of("a", "b")));
    profile.put("id", UUID.fromString("3f1c0a9e-6d2b-4e8f-9a51-7c0d4b2e8f13"));
    profile.put("names", new ArrayList<>(List.of("Ada", "Countess")));
    profile.put("many", new java.math.BigInteger("123456789012345678901234567890"));
    profile.put("ratio", 0.75f);
    values.put("sessionAttr:profile", profile);
    Map<String, byte[]> fields = new LinkedHashMap<>();
    for (Map.Entry<String, Object> value : values.entrySet()) {
      String json = mapper.writeValueAsString(value.getValue());
      for (Map.Entry<String, Class<?>> stub : Stubs.all.entrySet()) {
        json = json.replace("\"" + stub.getValue().getName() + "\"", "\"" + stub.getKey() + "\"");
      }
      fields.put(value.getKey(), json.getBytes(StandardCharsets.UTF_8));
    }
    // What stands there without a type is what it is; @class stays a property, pairs are what they say.
    Bytes.write(folder, "spring-session-json.typed.json", ("{\"creationTime\":" + CREATED + ",\"lastAccessedTime\":" + SEEN
        + ",\"maxInactiveInterval\":1800"
        + ",\"sessionAttr:SPRING_SECURITY_CONTEXT\":{\"@class\":\"org.springframework.security.core.context.SecurityContextImpl\","
        + "\"authentication\":{\"@class\":\"org.springframework.security.authentication.UsernamePasswordAuthenticationToken\","
        + "\"authorities\":[{\"@class\":\"org.springframework.security.core.authority.SimpleGrantedAuthority\",\"role\":\"ROLE_ADMIN\"},"
        + "{\"@class\":\"org.springframework.security.core.authority.SimpleGrantedAuthority\",\"role\":\"ROLE_USER\"}],"
        + "\"details\":{\"@class\":\"org.springframework.security.web.authentication.WebAuthenticationDetails\",\"remoteAddress\":\"203.0.113.7\",\"sessionId\":\"" + ID + "\"},"
        + "\"authenticated\":true,\"principal\":{\"@class\":\"org.springframework.security.core.userdetails.User\",\"password\":null,\"username\":\"ada\","
        + "\"authorities\":{\"$set\":[{\"@class\":\"org.springframework.security.core.authority.SimpleGrantedAuthority\",\"role\":\"ROLE_ADMIN\"},"
        + "{\"@class\":\"org.springframework.security.core.authority.SimpleGrantedAuthority\",\"role\":\"ROLE_USER\"}]},"
        + "\"accountNonExpired\":true,\"accountNonLocked\":true,\"credentialsNonExpired\":true,\"enabled\":true},\"credentials\":null}}"
        + ",\"sessionAttr:org.springframework.security.web.csrf.HttpSessionCsrfTokenRepository.CSRF_TOKEN\":"
        + "{\"@class\":\"org.springframework.security.web.csrf.DefaultCsrfToken\",\"token\":\"5f3c7b1e-9a40-4c1d-8e6b-2d0f9a7c4b11\","
        + "\"parameterName\":\"_csrf\",\"headerName\":\"X-CSRF-TOKEN\"}"
        + ",\"sessionAttr:org.springframework.web.servlet.support.SessionFlashMapManager.FLASH_MAPS\":"
        + "[{\"@class\":\"org.springframework.web.servlet.FlashMap\",\"message\":\"Willkommen zurück, Ada!\"}]"
        + ",\"sessionAttr:cart\":{\"@class\":\"com.example.shop.Cart\",\"items\":["
        + "{\"@class\":\"com.example.shop.CartItem\",\"sku\":\"TEA-0042\",\"title\":\"Grüner Tee 緑茶\",\"count\":2},"
        + "{\"@class\":\"com.example.shop.CartItem\",\"sku\":\"POT-7\",\"title\":\"Kännchen 🫖\",\"count\":1}],"
        + "\"total\":{\"$decimal\":\"51.90\"},\"role\":\"CUSTOMER\"}"
        + ",\"sessionAttr:visits\":3"
        + ",\"sessionAttr:profile\":{\"@class\":\"java.util.LinkedHashMap\",\"born\":{\"$datetime\":\"2023-11-14T22:13:20Z\"},\"points\":5,"
        + "\"balance\":{\"$decimal\":\"12.90\"},\"tags\":{\"$set\":[\"a\",\"b\"]},\"id\":{\"$uuid\":\"3f1c0a9e-6d2b-4e8f-9a51-7c0d4b2e8f13\"},"
        + "\"names\":[\"Ada\",\"Countess\"],\"many\":123456789012345678901234567890,\"ratio\":0.75}}\n").getBytes(StandardCharsets.UTF_8));
    row(null, fields, "Spring Session", "3.2, Security 6.2 (Jackson 2.14)", "Jackson JSON", "specification",
        "spring:session:sessions:" + ID, "Jackson JSON", "Spring Session", "spring-session-json.typed.json");
  }

  private static void micronaut() throws Exception {
    Map<String, byte[]> fields = new LinkedHashMap<>();
    fields.put("Creation-Time", Long.toString(CREATED).getBytes());
    fields.put("Last-Accessed", Long.toString(SEEN).getBytes());
    fields.put("Max-Inactive-Interval", "1800".getBytes());
    fields.put("attr:cart", Bytes.of(Stubs.cart()));
    fields.put("attr:username", Bytes.of("ada"));
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("Creation-Time", CREATED);
    values.put("Last-Accessed", SEEN);
    values.put("Max-Inactive-Interval", 1800);
    values.put("attr:cart", Stubs.cart());
    values.put("attr:username", "ada");
    Bytes.write(folder, "micronaut.typed.json", TypedJson.bytes(values));
    row(null, fields, "Micronaut", "4 (Java 17)", "Java serialization", "specification",
        "micronaut:session:sessions:" + ID, "Java serialization", "Micronaut", "micronaut.typed.json");
  }

  private static void shiro() throws Exception {
    SimpleSession session = new SimpleSession("203.0.113.7");
    session.setId(ID);
    session.setStartTimestamp(new Date(CREATED));
    session.setLastAccessTime(new Date(SEEN));
    session.setTimeout(1800000L);
    session.setAttribute(DefaultSubjectContext.PRINCIPALS_SESSION_KEY, new SimplePrincipalCollection("ada", "jdbcRealm"));
    session.setAttribute(DefaultSubjectContext.AUTHENTICATED_SESSION_KEY, true);
    session.setAttribute("visits", 3);
    Bytes.write(folder, "shiro.bin", Bytes.of(session));
    String typed = "{\"$object\":{\"class\":\"org.apache.shiro.session.mgt.SimpleSession\",\"fields\":{\"id\":\"" + ID
        + "\",\"startTimestamp\":{\"$datetime\":\"2023-11-14T22:08:20Z\"},\"lastAccessTime\":{\"$datetime\":\"2023-11-14T22:12:20Z\"},"
        + "\"timeout\":1800000,\"host\":\"203.0.113.7\",\"attributes\":{"
        + "\"org.apache.shiro.subject.support.DefaultSubjectContext_PRINCIPALS_SESSION_KEY\":{\"$object\":{"
        + "\"class\":\"org.apache.shiro.subject.SimplePrincipalCollection\",\"fields\":{\"realmPrincipals\":{\"$shared\":[1,{\"jdbcRealm\":{\"$set\":[\"ada\"]}}]}},"
        + "\"state\":[{\"$bytes\":\"AQ==\"},{\"$ref\":1}]}},"
        + "\"org.apache.shiro.subject.support.DefaultSubjectContext_AUTHENTICATED_SESSION_KEY\":true,\"visits\":3}}}}\n";
    Bytes.write(folder, "shiro.typed.json", typed.getBytes(StandardCharsets.UTF_8));
    row("shiro.bin", null, "shiro-redis", "Shiro 1.3.2 (Java 17)", "Java serialization", "real",
        "shiro:session:" + ID, "Java serialization", "Shiro", "shiro.typed.json");
  }

  private static void set(Object target, Class<?> type, String name, Object value) throws Exception {
    Field field = type.getDeclaredField(name);
    field.setAccessible(true);
    field.set(target, value);
  }

  /** tomcat-redis-session-manager: its metadata, then Tomcat's own StandardSession.writeObjectData. */
  private static void tomcat() throws Exception {
    StandardManager manager = new StandardManager();
    StandardContext context = new StandardContext();
    manager.setContext(context);
    StandardSession session = new StandardSession(manager);
    set(session, StandardSession.class, "id", "B5C1F3E277AA4D0E9C3B0F6A2E9D4C55");
    set(session, StandardSession.class, "creationTime", CREATED);
    set(session, StandardSession.class, "lastAccessedTime", SEEN - 60000);
    set(session, StandardSession.class, "thisAccessedTime", SEEN);
    session.setMaxInactiveInterval(1800);
    set(session, StandardSession.class, "isValid", true);
    @SuppressWarnings("unchecked")
    Map<String, Object> attributes = (Map<String, Object>) get(session, "attributes");
    attributes.put("user", "ada");
    attributes.put("cart", Stubs.cart());
    Stubs.SessionSerializationMetadata metadata = new Stubs.SessionSerializationMetadata();
    metadata.sessionAttributesHash = MessageDigest.getInstance("MD5").digest("attributes".getBytes());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(metadata);
      session.writeObjectData(out);
    }
    Bytes.write(folder, "tomcat-redis.bin", Bytes.renamed(bytes.toByteArray()));
    row("tomcat-redis.bin", null, "tomcat-redis-session-manager", "2.0 (Tomcat 9.0.70)", "Java serialization",
        "specification", "B5C1F3E277AA4D0E9C3B0F6A2E9D4C55", "Java serialization", "tomcat-redis-session-manager", null);
  }

  private static Object get(Object target, String name) throws Exception {
    Field field = StandardSession.class.getDeclaredField(name);
    field.setAccessible(true);
    return field.get(target);
  }

  /** SaSession as sa-token-redis-jackson writes it. */
  private static void saToken() throws Exception {
    String json = "{\"@class\":\"cn.dev33.satoken.session.SaSession\",\"id\":\"satoken:login:session:10001\",\"type\":\"Account-Session\","
        + "\"loginType\":\"login\",\"loginId\":[\"java.lang.Long\",10001],\"token\":null,\"createTime\":" + CREATED + ","
        + "\"dataMap\":{\"@class\":\"java.util.concurrent.ConcurrentHashMap\",\"role\":\"admin\"},"
        + "\"tokenSignList\":[\"java.util.Vector\",[{\"@class\":\"cn.dev33.satoken.session.TokenSign\","
        + "\"value\":\"" + ID + "\",\"device\":\"web\"}]]}";
    Bytes.write(folder, "sa-token.json", json.getBytes(StandardCharsets.UTF_8));
    row("sa-token.json", null, "Sa-Token", "1.37", "Jackson JSON", "specification", "satoken:login:session:10001",
        "Jackson JSON", "Sa-Token", null);
  }
}
