#!/bin/sh
# Writes Tests/Fixtures/java anew. Needs the JDKs 17 and 25 (JAVA17 and JAVA25 name their folders) and, unpacked in the
# folder JARS or installed in it, Debian 12's jars of libshiro-java, libtomcat9-java, libservlet-api-java,
# libcommons-beanutils-java, libslf4j-java, libcommons-logging-java and libjackson2-databind-java.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=$(dirname "$here")/java
jars=${JARS:-/usr/share/java}
java17=${JAVA17:-/usr/lib/jvm/java-17-openjdk-amd64}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

classpath=$work
for jar in "$jars"/tomcat9-*-9.0.70.jar "$jars"/shiro-core.jar "$jars"/servlet-api.jar \
  "$jars"/commons-beanutils.jar /usr/share/java/slf4j-api.jar /usr/share/java/slf4j-nop.jar \
  /usr/share/java/jackson-*.jar /usr/share/java/commons-logging.jar; do
  classpath=$classpath:$jar
done

"$java17/bin/javac" -cp "$classpath" -d "$work" "$here"/java/*.java
"$java17/bin/java" -cp "$work" JavaTypes "$folder" java17
"${JAVA25:-/usr/lib/jvm/temurin-25-jdk-amd64}/bin/java" -cp "$work" JavaTypes "$folder" java25
"$java17/bin/java" -cp "$classpath" JavaSessions "$folder"
"$java17/bin/java" --add-exports java.rmi/sun.rmi.transport=ALL-UNNAMED \
  --add-exports java.rmi/sun.rmi.transport.tcp=ALL-UNNAMED \
  --add-exports java.rmi/sun.rmi.server=ALL-UNNAMED -cp "$work" JavaGadgets "$folder"
