import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.*;

/**
 * Classes with the fields and versions of those that frameworks serialize. Their names are put right in the bytes:
 * see {@link Bytes#renamed}.
 */
final class Stubs {
  static final Map<String, Class<?>> all = new LinkedHashMap<>();

  static {
    put("org.springframework.security.core.context.", SecurityContextImpl.class);
    put("org.springframework.security.authentication.", AbstractAuthenticationToken.class);
    put("org.springframework.security.authentication.", UsernamePasswordAuthenticationToken.class);
    put("org.springframework.security.core.userdetails.", User.class);
    all.put("org.springframework.security.core.userdetails.User$AuthorityComparator", AuthorityComparator.class);
    put("org.springframework.security.core.authority.", SimpleGrantedAuthority.class);
    put("org.springframework.security.web.authentication.", WebAuthenticationDetails.class);
    put("org.springframework.security.web.csrf.", DefaultCsrfToken.class);
    put("org.springframework.web.servlet.", FlashMap.class);
    put("com.orangefunction.tomcat.redissessions.", SessionSerializationMetadata.class);
    put("com.example.shop.", Cart.class);
    put("com.example.shop.", CartItem.class);
    put("com.example.shop.", Role.class);
    all.forEach((name, type) -> TypedJson.names.put(type.getName(), name));
  }

  private static void put(String prefix, Class<?> type) { all.put(prefix + type.getSimpleName(), type); }

  /** Spring Security 6.2: SpringSecurityCoreVersion.SERIAL_VERSION_UID. */
  static final long SPRING = 620L;

  static class SecurityContextImpl implements Serializable {
    private static final long serialVersionUID = SPRING;
    Object authentication;
    SecurityContextImpl(Object authentication) { this.authentication = authentication; }
  }

  abstract static class AbstractAuthenticationToken implements Serializable {
    private static final long serialVersionUID = SPRING;
    Collection<SimpleGrantedAuthority> authorities;
    Object details;
    boolean authenticated;
  }

  static class UsernamePasswordAuthenticationToken extends AbstractAuthenticationToken {
    private static final long serialVersionUID = SPRING;
    Object principal;
    Object credentials;
  }

  static class User implements Serializable {
    private static final long serialVersionUID = SPRING;
    String password;
    String username;
    Set<SimpleGrantedAuthority> authorities;
    boolean accountNonExpired = true;
    boolean accountNonLocked = true;
    boolean credentialsNonExpired = true;
    boolean enabled = true;
  }

  static class AuthorityComparator implements Comparator<SimpleGrantedAuthority>, Serializable {
    private static final long serialVersionUID = SPRING;
    public int compare(SimpleGrantedAuthority a, SimpleGrantedAuthority b) { return a.role.compareTo(b.role); }
  }

  static class SimpleGrantedAuthority implements Serializable {
    private static final long serialVersionUID = SPRING;
    final String role;
    SimpleGrantedAuthority(String role) { this.role = role; }
  }

  static class WebAuthenticationDetails implements Serializable {
    private static final long serialVersionUID = SPRING;
    String remoteAddress = "203.0.113.7";
    String sessionId;
  }

  static class DefaultCsrfToken implements Serializable {
    private static final long serialVersionUID = SPRING;
    String token = "5f3c7b1e-9a40-4c1d-8e6b-2d0f9a7c4b11";
    String parameterName = "_csrf";
    String headerName = "X-CSRF-TOKEN";
  }

  static class FlashMap extends HashMap<String, Object> {
    private static final long serialVersionUID = 1L;
    String targetRequestPath = "/orders";
    Map<String, List<String>> targetRequestParams = new LinkedHashMap<>();
    long expirationTime = 1700000180000L;
  }

  static class SessionSerializationMetadata implements Serializable {
    private static final long serialVersionUID = 124438185184833546L;
    byte[] sessionAttributesHash;
    // Not defaultWriteObject: the field of the description is not in the data.
    private void writeObject(ObjectOutputStream out) throws IOException {
      out.writeInt(sessionAttributesHash.length);
      out.write(sessionAttributesHash);
    }
  }

  enum Role { CUSTOMER, EDITOR, ADMIN }

  public static class Cart implements Serializable {
    private static final long serialVersionUID = 1L;
    public List<CartItem> items = new ArrayList<>();
    public java.math.BigDecimal total = new java.math.BigDecimal("51.90");
    public Role role = Role.CUSTOMER;
  }

  public static class CartItem implements Serializable {
    private static final long serialVersionUID = 1L;
    public String sku;
    public String title;
    public int count;
    public CartItem() {}
    CartItem(String sku, String title, int count) {
      this.sku = sku;
      this.title = title;
      this.count = count;
    }
  }

  static Cart cart() {
    Cart cart = new Cart();
    cart.items.add(new CartItem("TEA-0042", "Grüner Tee 緑茶", 2));
    cart.items.add(new CartItem("POT-7", "Kännchen 🫖", 1));
    return cart;
  }

  /** What SecurityContextPersistenceFilter keeps after a form login. */
  static SecurityContextImpl securityContext() {
    SimpleGrantedAuthority admin = new SimpleGrantedAuthority("ROLE_ADMIN");
    SimpleGrantedAuthority user = new SimpleGrantedAuthority("ROLE_USER");
    User ada = new User();
    ada.username = "ada";
    TreeSet<SimpleGrantedAuthority> sorted = new TreeSet<>(new AuthorityComparator());
    sorted.add(admin);
    sorted.add(user);
    ada.authorities = Collections.unmodifiableSet(sorted);
    UsernamePasswordAuthenticationToken token = new UsernamePasswordAuthenticationToken();
    token.principal = ada;
    token.authenticated = true;
    WebAuthenticationDetails details = new WebAuthenticationDetails();
    details.sessionId = "b5c1f3e2-77aa-4d0e-9c3b-0f6a2e9d4c55";
    token.details = details;
    token.authorities = Collections.unmodifiableList(new ArrayList<>(List.of(
        new SimpleGrantedAuthority("ROLE_ADMIN"), new SimpleGrantedAuthority("ROLE_USER"))));
    return new SecurityContextImpl(token);
  }
}
