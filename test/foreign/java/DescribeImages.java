// SPDX-License-Identifier: BSD-2-Clause
// A client as Java programs were before there was an SDK: it signs the query API's parameters as the library typica did,
// and trusts whom the system property javax.net.ssl.trustStore says.
//
//   java $EC2_JVM_ARGS DescribeImages.java URL KEY SECRET SIGNATURE-VERSION ALGORITHM METHOD VERSION
//
// Prints the namespace of the answer and a line for each image; of a refusal `(CODE) MESSAGE`. Exit status 1 when it was
// refused, 2 when the server is not trusted.
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.text.Collator;
import java.text.SimpleDateFormat;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

public class DescribeImages {
  public static void main(String[] args) throws Exception {
    URL url = new URL(args[0]);
    String key = args[1], secret = args[2], signatureVersion = args[3], algorithm = args[4], method = args[5];
    Map<String, String> parameters = new HashMap<>();
    parameters.put("Action", "DescribeImages");
    parameters.put("AWSAccessKeyId", key);
    parameters.put("SignatureVersion", signatureVersion);
    parameters.put("Timestamp", now());
    parameters.put("Version", args[6]);
    if (signatureVersion.equals("2")) parameters.put("SignatureMethod", algorithm);

    List<String> names = new ArrayList<>(parameters.keySet());
    StringBuilder text = new StringBuilder();
    if (signatureVersion.equals("2")) {
      Collections.sort(names);
      // The library leaves the port out.
      text.append(method).append('\n').append(url.getHost().toLowerCase()).append('\n').append(url.getPath()).append('\n');
      String between = "";
      for (String name : names) {
        text.append(between).append(name).append('=').append(encoded(parameters.get(name)));
        between = "&";
      }
    } else {
      Collator collator = Collator.getInstance();
      collator.setStrength(Collator.PRIMARY);
      Collections.sort(names, collator);
      for (String name : names) text.append(name).append(parameters.get(name));
    }
    String signature = signed(secret, text.toString(), signatureVersion.equals("2") ? algorithm : "HmacSHA1");

    StringBuilder form = new StringBuilder();
    for (String name : names) form.append(name).append('=').append(encoded(parameters.get(name))).append('&');
    form.append("Signature=").append(encoded(signature));

    try {
      checkPeer(url);
    } catch (SSLPeerUnverifiedException error) {
      System.err.println(error);
      System.exit(2);
    }
    boolean isPost = method.equals("POST");
    HttpURLConnection connection = (HttpURLConnection) (isPost ? url : new URL(url + "?" + form)).openConnection();
    connection.setRequestMethod(method);
    connection.setRequestProperty("User-Agent", "typica/1.7.2");
    if (isPost) {
      connection.setDoOutput(true);
      connection.setRequestProperty("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8");
      try (OutputStream body = connection.getOutputStream()) {
        body.write(form.toString().getBytes(StandardCharsets.UTF_8));
      }
    }
    boolean isRefused = connection.getResponseCode() >= 300;
    try (InputStream body = isRefused ? connection.getErrorStream() : connection.getInputStream()) {
      show(body.readAllBytes(), isRefused);
    }
    System.exit(isRefused ? 1 : 0);
  }

  /** As the HTTP clients of the time did: whatever went wrong with the handshake, the session then has no peer. */
  static void checkPeer(URL url) throws Exception {
    if (!url.getProtocol().equals("https")) return;
    SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
    try (SSLSocket socket = (SSLSocket) factory.createSocket(url.getHost(), url.getPort())) {
      socket.getSession().getPeerCertificates();
    }
  }

  static String now() {
    SimpleDateFormat format = new SimpleDateFormat("yyyy-MM-dd'T'HH:mm:ss'Z'", Locale.US);
    format.setTimeZone(TimeZone.getTimeZone("UTC"));
    return format.format(new Date());
  }

  static String encoded(String text) throws Exception {
    return URLEncoder.encode(text, "UTF-8").replace("+", "%20").replace("*", "%2A").replace("%7E", "~");
  }

  static String signed(String secret, String text, String algorithm) throws Exception {
    Mac mac = Mac.getInstance(algorithm);
    mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), algorithm));
    return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
  }

  static void show(byte[] xml, boolean isRefused) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setNamespaceAware(true);
    Document document = factory.newDocumentBuilder().parse(new ByteArrayInputStream(xml));
    if (isRefused) {
      System.out.println("(" + first(document, "Code") + ") " + first(document, "Message"));
      return;
    }
    System.out.println(document.getDocumentElement().getNamespaceURI());
    NodeList images = document.getElementsByTagNameNS("*", "imageId");
    for (int index = 0; index < images.getLength(); index++) {
      System.out.println("IMAGE " + images.item(index).getTextContent());
    }
  }

  static String first(Document document, String name) {
    return document.getElementsByTagNameNS("*", name).item(0).getTextContent();
  }
}
