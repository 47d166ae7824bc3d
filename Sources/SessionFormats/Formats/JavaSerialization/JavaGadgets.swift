/// Classes that are known to run code, or to open connections, while they are deserialized, as others published
/// them: https://github.com/frohoff/ysoserial and https://github.com/mbechler/marshalsec.
///
/// What is not listed may do the same: an application's classes are data only as far as is known.
struct JavaGadget {
  enum Action {
    /// Calls the method that a field names, with the arguments in another or on what that one has.
    case method(StaticString, StaticString)
    /// Calls the getter of the property that a field names.
    case getter(StaticString)
    /// Creates instances of the class that a field names.
    case instance(StaticString, StaticString)
    /// Defines and instantiates classes from the bytecode that a field has.
    case bytecode(StaticString)
    /// Looks up what the first of the fields says that is there.
    case lookUp([StaticString])
    /// Deserializes the bytes that a field has.
    case nested(StaticString)
    /// Runs program text or bytecode of its own.
    case evaluate
    /// Does something when it is created or compared; the remark says what.
    case create(String)
    /// Leads to what others do, and is named only when none of these is there.
    case part
  }

  /// The name of the chain.
  let chain: String
  let action: Action

  static let all: [String: JavaGadget] = {
    var all: [String: JavaGadget] = [:]
    for (chain, action, names) in list {
      for name in names.split(separator: " ") {
        all[String(name)] = JavaGadget(chain: chain, action: action)
      }
    }
    for (chain, package) in [
      ("CommonsCollections", "org.apache.commons.collections"),
      ("CommonsCollections4", "org.apache.commons.collections4"),
    ] {
      for (action, names) in commonsCollections {
        for name in names.split(separator: " ") {
          all["\(package).\(name)"] = JavaGadget(chain: chain, action: action)
        }
      }
    }
    return all
  }()

  private static let commonsCollections: [(Action, String)] = [
    (.method("iMethodName", "iArgs"), "functors.InvokerTransformer"),
    (.instance("iTypeToInstantiate", "iArgs"), "functors.InstantiateTransformer"),
    (.instance("iClassToInstantiate", "iArgs"), "functors.InstantiateFactory"),
    (
      .part,
      """
      functors.ChainedTransformer functors.TransformerClosure functors.ChainedClosure functors.ForClosure \
      functors.WhileClosure functors.IfClosure functors.FactoryTransformer functors.SwitchTransformer \
      functors.PrototypeFactory$PrototypeCloneFactory functors.TransformedPredicate map.LazyMap \
      functors.PrototypeFactory$PrototypeSerializationFactory map.DefaultedMap map.TransformedMap \
      map.LazySortedMap list.LazyList keyvalue.TiedMapEntry comparators.TransformingComparator \
      collection.TransformedCollection
      """
    ),
  ]

  private static let list: [(String, Action, String)] = [
    (
      "TemplatesImpl", .bytecode("_bytecodes"),
      """
      com.sun.org.apache.xalan.internal.xsltc.trax.TemplatesImpl org.apache.xalan.xsltc.trax.TemplatesImpl
      """
    ),
    ("CommonsBeanutils", .getter("property"), "org.apache.commons.beanutils.BeanComparator"),
    ("JNDI", .lookUp(["dataSource", "dataSourceName"]), "com.sun.rowset.JdbcRowSetImpl"),
    (
      "JNDI", .lookUp(["classFactoryLocation", "className"]),
      "javax.naming.Reference javax.naming.LinkRef com.sun.jndi.rmi.registry.ReferenceWrapper"
    ),
    ("JNDI", .lookUp(["baseCtxURL"]), "com.sun.jndi.ldap.LdapAttribute"),
    ("C3P0", .lookUp(["jndiName"]), "com.mchange.v2.c3p0.JndiRefForwardingDataSource"),
    ("C3P0", .lookUp(["jndiName"]), "com.mchange.v2.c3p0.impl.JndiRefDataSourceBase"),
    ("C3P0", .part, "com.mchange.v2.naming.ReferenceIndirector$ReferenceSerialized"),
    (
      "C3P0", .part,
      """
      com.mchange.v2.c3p0.PoolBackedDataSource com.mchange.v2.c3p0.impl.PoolBackedDataSourceBase \
      com.mchange.v2.c3p0.WrapperConnectionPoolDataSource
      """
    ),
    (
      "SpringJta", .lookUp(["userTransactionName"]),
      "org.springframework.transaction.jta.JtaTransactionManager"
    ),
    (
      "SpringPropertyPathFactory", .lookUp(["targetBeanName"]),
      "org.springframework.beans.factory.config.PropertyPathFactoryBean"
    ),
    (
      "SpringBeanFactory", .lookUp(["adviceBeanName"]),
      """
      org.springframework.aop.support.DefaultBeanFactoryPointcutAdvisor \
      org.springframework.jndi.support.SimpleJndiBeanFactory
      """
    ),
    (
      "Atomikos", .lookUp(["providerUrl", "userTransactionServerLookupName"]),
      "com.atomikos.icatch.jta.RemoteClientUserTransaction"
    ),
    (
      "Spring1", .method("methodName", ""),
      "org.springframework.core.SerializableTypeWrapper$MethodInvokeTypeProvider"
    ),
    (
      "Spring1", .create("a proxy that calls into a factory"),
      """
      org.springframework.beans.factory.support.AutowireUtils$ObjectFactoryDelegatingInvocationHandler
      """
    ),
    (
      "Spring2", .create("a proxy that calls its target"),
      "org.springframework.aop.framework.JdkDynamicAopProxy"
    ),
    (
      "SpringBeanFactory", .create("a bean factory"),
      "org.springframework.beans.factory.support.DefaultListableBeanFactory"
    ),
    (
      "SpringAdvisor", .part,
      "org.springframework.aop.aspectj.autoproxy.AspectJAwareAdvisorAutoProxyCreator$PartiallyComparableAdvisorHolder"
    ),
    ("Groovy1", .method("method", "owner"), "org.codehaus.groovy.runtime.MethodClosure"),
    ("Groovy1", .part, "org.codehaus.groovy.runtime.ConvertedClosure"),
    (
      "Hibernate", .method("methodName", ""),
      "org.hibernate.property.access.spi.GetterMethodImpl$SerialForm"
    ),
    (
      "Hibernate", .getter("propertyName"),
      """
      org.hibernate.property.BasicPropertyAccessor$BasicGetter org.hibernate.property.access.spi.GetterMethodImpl
      """
    ),
    (
      "Hibernate", .part,
      """
      org.hibernate.engine.spi.TypedValue org.hibernate.engine.TypedValue org.hibernate.type.ComponentType \
      org.hibernate.tuple.component.PojoComponentTuplizer
      """
    ),
    (
      "ROME", .create("its toString calls every getter"),
      """
      com.sun.syndication.feed.impl.ToStringBean com.sun.syndication.feed.impl.EqualsBean \
      com.sun.syndication.feed.impl.ObjectBean com.rometools.rome.feed.impl.ToStringBean \
      com.rometools.rome.feed.impl.EqualsBean com.rometools.rome.feed.impl.ObjectBean
      """
    ),
    (
      "Jython1", .evaluate,
      "org.python.core.PyFunction org.python.core.PyBytecode org.python.core.PyTableCode"
    ),
    ("Jython1", .part, "org.python.core.PyMethod org.python.core.PyReflectedFunction"),
    (
      "BeanShell1", .evaluate,
      "bsh.XThis bsh.XThis$Handler bsh.Interpreter bsh.BshMethod"
    ),
    (
      "Clojure", .evaluate,
      """
      clojure.inspector.proxy$javax.swing.table.AbstractTableModel$ff19274a clojure.main$eval_opt \
      clojure.core$eval clojure.main$eval_script
      """
    ),
    (
      "MozillaRhino", .create("its getters call Java methods"),
      """
      org.mozilla.javascript.NativeError org.mozilla.javascript.NativeJavaObject \
      org.mozilla.javascript.NativeJavaArray org.mozilla.javascript.MemberBox
      """
    ),
    ("Vaadin1", .getter("propertyName"), "com.vaadin.data.util.NestedMethodProperty"),
    ("Vaadin1", .part, "com.vaadin.data.util.PropertysetItem"),
    (
      "FileUpload1", .create("writes a file"),
      """
      org.apache.commons.fileupload.disk.DiskFileItem org.apache.commons.fileupload2.disk.DiskFileItem \
      org.apache.tomcat.util.http.fileupload.disk.DiskFileItem
      """
    ),
    ("Wicket1", .create("writes a file"), "org.apache.wicket.util.upload.DiskFileItem"),
    (
      "AspectJWeaver", .create("writes files"),
      """
      org.aspectj.weaver.tools.cache.SimpleCache$StoreableCachingMap \
      org.aspectj.weaver.tools.cache.SimpleCache$StorableCachingMap
      """
    ),
    (
      "MyFaces", .evaluate,
      """
      org.apache.myfaces.view.facelets.el.ValueExpressionMethodExpression \
      org.apache.myfaces.el.unified.resolver.FlashELResolver
      """
    ),
    (
      "JavassistWeld1", .create("calls interceptor methods"),
      "org.jboss.weld.interceptor.proxy.InterceptorMethodHandler"
    ),
    (
      "JBossInterceptors1", .create("calls interceptor methods"),
      "org.jboss.interceptor.proxy.InterceptorMethodHandler"
    ),
    ("Click1", .getter("name"), "org.apache.click.control.Column$ColumnComparator"),
    ("Click1", .part, "org.apache.click.control.Column"),
    (
      "Ceylon", .create("calls a constructor"),
      "com.redhat.ceylon.compiler.java.language.SerializationProxy"
    ),
    (
      "JSON1", .create("its conversion calls every getter"),
      """
      com.fasterxml.jackson.databind.node.POJONode javax.management.openmbean.TabularDataSupport \
      javax.management.openmbean.CompositeDataInvocationHandler
      """
    ),
    ("JSON1", .part, "net.sf.json.JSONObject"),
    (
      "Coherence", .method("m_sMethod", "m_aoParam"),
      "com.tangosol.util.extractor.ReflectionExtractor"
    ),
    (
      "Coherence", .evaluate,
      "com.tangosol.coherence.rest.util.extractor.MvelExtractor com.tangosol.internal.util.invoke.ClassDefinition"
    ),
    ("Resin", .create("opens a remote context"), "com.caucho.naming.QName"),
    (
      "XBean", .create("opens a remote context"),
      "org.apache.xbean.naming.context.ContextUtil$ReadOnlyBinding"
    ),
    (
      "JRMPClient", .create("connects to a server of RMI"),
      """
      java.rmi.server.RemoteObjectInvocationHandler java.rmi.server.RemoteObject \
      sun.rmi.server.UnicastRef sun.rmi.server.UnicastRef2 javax.management.remote.rmi.RMIConnectionImpl_Stub \
      javax.management.remote.rmi.RMIConnector sun.rmi.registry.RegistryImpl_Stub sun.rmi.transport.DGCImpl_Stub
      """
    ),
    (
      "JRMPListener", .create("opens a port"),
      "java.rmi.server.UnicastRemoteObject sun.rmi.server.ActivationGroupImpl"
    ),
    ("SignedObject", .nested("content"), "java.security.SignedObject"),
    ("MarshalledObject", .nested("objBytes"), "java.rmi.MarshalledObject"),
    (
      "AnnotationInvocationHandler", .part, "sun.reflect.annotation.AnnotationInvocationHandler"
    ),
    (
      "BadAttributeValueExpException", .part, "javax.management.BadAttributeValueExpException"
    ),
    (
      "XString", .part,
      "com.sun.org.apache.xpath.internal.objects.XString org.apache.xpath.objects.XString"
    ),
    (
      "Logback", .lookUp(["jndiLocation", "url"]),
      "ch.qos.logback.core.db.JNDIConnectionSource ch.qos.logback.core.db.DriverManagerConnectionSource"
    ),
  ]
}

/// Names of the classes that a class's name hides in a JSON document of Jackson, beyond those that are serializable.
enum JacksonGadget {
  /// Classes whose setters or constructors look something up or run something, by what Jackson refuses itself:
  /// https://github.com/FasterXML/jackson-databind/blob/2.14/src/main/java/com/fasterxml/jackson/databind/jsontype/impl/SubTypeValidator.java
  static let lookUps: [String: String] = [
    "org.apache.ibatis.datasource.jndi.JndiDataSourceFactory": "properties",
    "ch.qos.logback.core.db.JNDIConnectionSource": "jndiLocation",
    "ch.qos.logback.core.db.DriverManagerConnectionSource": "url",
    "com.zaxxer.hikari.HikariConfig": "metricRegistry",
    "com.zaxxer.hikari.HikariDataSource": "metricRegistry",
    "com.sun.rowset.JdbcRowSetImpl": "dataSourceName",
    "org.springframework.jndi.support.SimpleJndiBeanFactory": "shareableResources",
    "org.springframework.beans.factory.config.PropertyPathFactoryBean": "targetBeanName",
    "org.springframework.context.support.ClassPathXmlApplicationContext": "configLocation",
    "org.springframework.context.support.FileSystemXmlApplicationContext": "configLocation",
    "com.mchange.v2.c3p0.JndiRefForwardingDataSource": "jndiName",
    "com.caucho.config.types.ResourceRef": "lookupName",
    "javax.swing.JEditorPane": "page",
    "org.apache.xbean.propertyeditor.JndiConverter": "asText",
    "org.apache.shiro.jndi.JndiObjectFactory": "resourceName",
    "org.apache.shiro.realm.jndi.JndiRealmFactory": "jndiNames",
    "org.apache.openjpa.ee.WASRegistryManagedRuntime": "registryName",
    "com.nqadmin.rowset.JdbcRowSetImpl": "dataSourceName",
  ]
}
