package org.statelessnf.nf.ips;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** The outer form of a rule: {@code action protocol src port -> dst port (keyword:value; …)}. */
final class RuleText {
  /**
   * A keyword and what stands behind its colon; an empty value if there is none.
   *
   * @param keyword in lower case
   * @param value as it stands, blanks around it left out
   */
  record Option(String keyword, String value) {}

  private RuleText() {}

  /**
   * The seven parts of a header. Blanks within brackets do not part.
   *
   * @throws IllegalArgumentException if there are not seven
   */
  static String[] header(String text) {
    List<String> parts = new ArrayList<>();
    StringBuilder part = new StringBuilder();
    int depth = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      depth += c == '[' ? 1 : c == ']' ? -1 : 0;
      if (!Character.isWhitespace(c)) {
        part.append(c);
      } else if (depth == 0 && !part.isEmpty()) {
        parts.add(part.toString());
        part.setLength(0);
      }
    }
    if (!part.isEmpty()) {
      parts.add(part.toString());
    }
    if (parts.size() != 7) {
      throw new IllegalArgumentException(
          "the header is not 'action protocol source port -> destination port' but has "
              + parts.size()
              + " parts");
    }
    return parts.toArray(new String[0]);
  }

  /**
   * The options, in their order.
   *
   * @param text between the outer parentheses
   * @throws IllegalArgumentException if one does not end with a semicolon
   */
  static List<Option> options(String text) {
    List<Option> options = new ArrayList<>();
    int from = 0;
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == ';' && !quoted) {
        options.add(option(text.substring(from, i).strip()));
        from = i + 1;
      }
    }
    if (quoted) {
      throw new IllegalArgumentException("a quotation mark is not closed");
    }
    if (!text.substring(from).isBlank()) {
      throw new IllegalArgumentException(
          "the option '" + text.substring(from).strip() + "' does not end with ';'");
    }
    return options;
  }

  private static Option option(String text) {
    int colon = text.indexOf(':');
    String keyword = (colon < 0 ? text : text.substring(0, colon)).strip();
    if (keyword.isEmpty()) {
      throw new IllegalArgumentException("an option has no keyword");
    }
    return new Option(keyword, colon < 0 ? "" : text.substring(colon + 1).strip());
  }

  /**
   * What stands in quotation marks, backslashes resolved.
   *
   * @throws IllegalArgumentException if there are none
   */
  static String unquote(String keyword, String text) {
    String inner = inner(keyword, text);
    StringBuilder plain = new StringBuilder(inner.length());
    for (int i = 0; i < inner.length(); i++) {
      char c = inner.charAt(i);
      plain.append(c == '\\' && i + 1 < inner.length() ? inner.charAt(++i) : c);
    }
    return plain.toString();
  }

  /**
   * The bytes of a content: text, {@code |hex|}, and a backslash before {@code " ; : \ |}.
   *
   * @throws IllegalArgumentException if it is not of that form, or empty
   */
  static byte[] bytes(String text) {
    String inner = inner("content", text);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < inner.length(); i++) {
      char c = inner.charAt(i);
      if (c == '|') {
        int end = inner.indexOf('|', i + 1);
        if (end < 0) {
          throw new IllegalArgumentException("content: hex in " + text + " is not closed by '|'");
        }
        hex(inner.substring(i + 1, end), text, bytes);
        i = end;
      } else if (c == '\\') {
        if (++i == inner.length()) {
          throw new IllegalArgumentException("content: " + text + " ends with a backslash");
        }
        bytes.write(inner.charAt(i));
      } else if (c > 0xff) {
        throw new IllegalArgumentException(
            "content: " + text + " holds more than bytes; use |hex|");
      } else {
        bytes.write(c);
      }
    }
    if (bytes.size() == 0) {
      throw new IllegalArgumentException("content is empty");
    }
    return bytes.toByteArray();
  }

  private static void hex(String digits, String whole, ByteArrayOutputStream bytes) {
    String plain = digits.replaceAll("\\s", "");
    if (plain.isEmpty() || plain.length() % 2 != 0 || !plain.matches("[0-9A-Fa-f]+")) {
      throw new IllegalArgumentException("content: '" + digits + "' in " + whole + " is not hex");
    }
    for (int i = 0; i < plain.length(); i += 2) {
      bytes.write(Integer.parseInt(plain, i, i + 2, 16));
    }
  }

  private static String inner(String keyword, String text) {
    if (text.length() < 2 || text.charAt(0) != '"' || !text.endsWith("\"")) {
      throw new IllegalArgumentException(keyword + ": " + text + " is not in quotation marks");
    }
    return text.substring(1, text.length() - 1);
  }
}
