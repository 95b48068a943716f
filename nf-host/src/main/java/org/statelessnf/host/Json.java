package org.statelessnf.host;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** JSON documents as the command prints them: indented, members in the order they were put. */
public final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private Json() {}

  /** An empty object. */
  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** An empty array. */
  public static ArrayNode array() {
    return MAPPER.createArrayNode();
  }

  /** The document as text. */
  public static String text(JsonNode node) {
    return MAPPER.writeValueAsString(node);
  }

  /**
   * A value as text, its members by their names.
   *
   * @param value a record of records, lists, texts and numbers
   */
  public static String valueText(Object value) {
    return MAPPER.writeValueAsString(value) + "\n";
  }

  /**
   * What {@link #valueText} has written.
   *
   * @param text JSON
   * @param type of the value
   * @throws IllegalArgumentException if the text is no JSON or no such value; one line
   */
  public static <T> T value(String text, Class<T> type) {
    T value;
    try {
      value = MAPPER.readValue(text, type);
    } catch (JacksonException e) {
      throw new IllegalArgumentException(e.getOriginalMessage(), e);
    }
    if (value == null) {
      throw new IllegalArgumentException("it says null");
    }
    return value;
  }
}
