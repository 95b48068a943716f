package org.statelessnf.store.ignite;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.apache.ignite.client.SslMode;
import org.apache.ignite.configuration.ClientConfiguration;
import org.apache.ignite.configuration.IgniteConfiguration;
import org.jspecify.annotations.Nullable;
import org.statelessnf.store.StoreConfigException;
import org.statelessnf.store.StoreUri;

/**
 * Who logs in at a remote cluster, and how connections to it, or among nodes, are secured.
 *
 * @param user or null for nobody
 * @param password or null
 * @param tls how connections are secured, or null for plain text
 */
record Security(@Nullable String user, @Nullable String password, @Nullable SSLContext tls) {

  static Security parse(StoreUri uri, @Nullable String user) {
    String password = uri.secretOption("passwordFile", "passwordEnv");
    if ((user == null) != (password == null)) {
      throw IgniteOptions.bad(uri, "a user and passwordFile or passwordEnv go together");
    }
    List<String> files = List.of("caFile", "certFile", "keyFile");
    if (!uri.booleanOption("tls", false)) {
      for (String option : files) {
        if (uri.option(option) != null) {
          throw IgniteOptions.bad(uri, "option %s needs tls=true".formatted(option));
        }
      }
      return new Security(user, password, null);
    }
    if ((uri.option("certFile") == null) != (uri.option("keyFile") == null)) {
      throw IgniteOptions.bad(uri, "certFile and keyFile go together");
    }
    return new Security(user, password, context(uri));
  }

  void apply(ClientConfiguration configuration) {
    if (user != null) {
      configuration.setUserName(user).setUserPassword(password);
    }
    SSLContext context = tls;
    if (context != null) {
      configuration.setSslMode(SslMode.REQUIRED).setSslContextFactory(() -> context);
    }
  }

  /** Nodes show each other their certificates, and those that have none are not let in. */
  void apply(IgniteConfiguration configuration) {
    SSLContext context = tls;
    if (context != null) {
      configuration.setSslContextFactory(() -> context);
    }
  }

  private static SSLContext context(StoreUri uri) {
    try {
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(uri.option("caFile") == null ? null : trusted(uri));
      KeyManagerFactory own = null;
      if (uri.option("keyFile") != null) {
        KeyStore keys = emptyStore();
        keys.setKeyEntry("own", key(uri), new char[0], certificates(uri, "certFile"));
        own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, new char[0]);
      }
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(own == null ? null : own.getKeyManagers(), trust.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new StoreConfigException("'%s': TLS: %s".formatted(uri, e.getMessage()), e);
    }
  }

  private static KeyStore trusted(StoreUri uri) throws IOException, GeneralSecurityException {
    KeyStore store = emptyStore();
    int number = 0;
    for (Certificate certificate : certificates(uri, "caFile")) {
      store.setCertificateEntry("ca" + number++, certificate);
    }
    return store;
  }

  private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  private static Certificate[] certificates(StoreUri uri, String option)
      throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(file(uri, option))) {
      return CertificateFactory.getInstance("X.509")
          .generateCertificates(in)
          .toArray(new Certificate[0]);
    }
  }

  private static PrivateKey key(StoreUri uri) throws IOException, GeneralSecurityException {
    String base64 =
        Files.readString(file(uri, "keyFile"))
            .replaceAll("-----[A-Z ]+-----", "")
            .replaceAll("\\s", "");
    PKCS8EncodedKeySpec spec;
    try {
      spec = new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64));
    } catch (IllegalArgumentException e) {
      throw new GeneralSecurityException("keyFile is not PEM (PKCS #8)", e);
    }
    InvalidKeySpecException refused = null;
    for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(spec);
      } catch (InvalidKeySpecException e) {
        refused = e; // perhaps a key of another algorithm
      }
    }
    throw new GeneralSecurityException("keyFile holds no RSA, EC or EdDSA key in PKCS #8", refused);
  }

  private static Path file(StoreUri uri, String option) {
    Path path = Path.of(uri.option(option, ""));
    if (!Files.isReadable(path)) {
      throw IgniteOptions.bad(uri, "option %s: cannot read '%s'".formatted(option, path));
    }
    return path;
  }

  @Override
  public String toString() {
    return "Security[user=%s, tls=%s]".formatted(user, tls != null);
  }
}
