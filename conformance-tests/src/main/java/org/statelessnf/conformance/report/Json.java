package org.statelessnf.conformance.report;

import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes maps, collections, numbers, booleans and text as JSON. */
final class Json {
  private Json() {}

  static String of(Object value) {
    StringBuilder text = new StringBuilder();
    write(text, value, 0);
    return text.append('\n').toString();
  }

  private static void write(StringBuilder text, @Nullable Object value, int depth) {
    switch (value) {
      case null -> text.append("null");
      case Map<?, ?> map -> {
        text.append('{');
        Iterator<? extends Map.Entry<?, ?>> entries = map.entrySet().iterator();
        while (entries.hasNext()) {
          Map.Entry<?, ?> entry = entries.next();
          indent(text, depth + 1);
          string(text, String.valueOf(entry.getKey()));
          text.append(": ");
          write(text, entry.getValue(), depth + 1);
          text.append(entries.hasNext() ? "," : "");
        }
        close(text, '}', map.isEmpty(), depth);
      }
      case Collection<?> list -> {
        text.append('[');
        Iterator<?> items = list.iterator();
        while (items.hasNext()) {
          indent(text, depth + 1);
          write(text, items.next(), depth + 1);
          text.append(items.hasNext() ? "," : "");
        }
        close(text, ']', list.isEmpty(), depth);
      }
      case Number number -> text.append(number);
      case Boolean bool -> text.append(bool);
      default -> string(text, value.toString());
    }
  }

  private static void close(StringBuilder text, char bracket, boolean empty, int depth) {
    if (!empty) {
      indent(text, depth);
    }
    text.append(bracket);
  }

  private static void indent(StringBuilder text, int depth) {
    text.append('\n').append("  ".repeat(depth));
  }

  private static void string(StringBuilder text, String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"' -> text.append("\\\"");
        case '\\' -> text.append("\\\\");
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        default -> {
          if (c < ' ') {
            text.append("\\u%04x".formatted((int) c));
          } else {
            text.append(c);
          }
        }
      }
    }
    text.append('"');
  }
}
