package org.statelessnf.nf.ips;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.statelessnf.nf.ips.PacketTests.FlagsTest;
import org.statelessnf.nf.ips.RuleText.Option;
import org.statelessnf.nf.ips.Signature.Endpoint;
import org.statelessnf.nf.ips.Signature.Identity;
import org.statelessnf.nf.ips.Signature.Scope;
import org.statelessnf.nf.packet.Cidr;

/**
 * Reads one rule. What it does not understand it refuses, because a rule that is half understood
 * protects against something else than it says.
 */
final class RuleParser {
  private static final int MAX_PORT = 0xffff;
  private static final int MAX_OFFSET = 0xffff;
  private static final int MAX_ID = 999_999_999;

  private final List<ContentText> contents = new ArrayList<>();
  private int flow;
  private @Nullable NumberTest payload;
  private @Nullable NumberTest icmpType;
  private @Nullable NumberTest icmpCode;
  private @Nullable NumberTest hops;
  private @Nullable NumberTest ipProtocol;
  private @Nullable FlagsTest flags;
  private int gid = 1;
  private int sid;
  private int rev;
  private int priority = 3;
  private String message = "";
  private String category = "";
  private boolean silent;

  private RuleParser() {}

  /** A content while its modifiers are read. */
  private static final class ContentText {
    final byte[] bytes;
    final boolean negated;
    boolean caseless;
    boolean relative;
    boolean absolute;
    boolean atEnd;
    int offset;
    int depth = Content.ANYWHERE;
    int distance;
    int within = Content.ANYWHERE;

    ContentText(byte[] bytes, boolean negated) {
      this.bytes = bytes;
      this.negated = negated;
    }

    Content content() {
      int end = depth == Content.ANYWHERE ? depth : offset + depth;
      return new Content(
          Pattern.of(bytes, caseless), negated, offset, end, relative, distance, within, atEnd);
    }
  }

  /**
   * Parses a rule.
   *
   * @param line the whole rule
   * @param variables of addresses and ports, without the dollar sign
   * @throws IllegalArgumentException with one line that says what is wrong or not supported
   */
  static Signature parse(String line, Map<String, String> variables) {
    int open = line.indexOf('(');
    if (open < 0 || !line.endsWith(")")) {
      throw new IllegalArgumentException("a rule is 'header (options)'");
    }
    String[] header = RuleText.header(line.substring(0, open));
    RuleParser parser = new RuleParser();
    for (Option option : RuleText.options(line.substring(open + 1, line.length() - 1))) {
      parser.take(option);
    }
    return parser.build(header, variables);
  }

  private Signature build(String[] header, Map<String, String> variables) {
    if (!header[4].equals("->") && !header[4].equals("<>")) {
      throw new IllegalArgumentException("'" + header[4] + "' is no direction: -> or <> expected");
    }
    Protocols protocols = Protocols.parse(header[1]);
    Endpoint source = endpoint(header[2], header[3], protocols, variables);
    Endpoint destination = endpoint(header[5], header[6], protocols, variables);
    if (sid == 0) {
      throw new IllegalArgumentException("sid is missing");
    }
    PacketTests tests = new PacketTests(payload, icmpType, icmpCode, hops, ipProtocol, flags);
    List<Content> all = new ArrayList<>();
    for (ContentText text : contents) {
      all.add(checked(text));
    }
    return new Signature(
        action(header[0]),
        protocols,
        source,
        destination,
        header[4].equals("<>"),
        List.copyOf(all),
        scope(header[1], protocols, tests),
        flow,
        tests,
        new Identity(gid, sid, rev, message, category, priority, silent));
  }

  private static Action action(String word) {
    return switch (word) {
      case "alert" -> Action.ALERT;
      case "drop" -> Action.DROP;
      case "reject", "rejectsrc" -> Action.REJECT;
      case "pass" -> Action.PASS;
      default ->
          throw new IllegalArgumentException(
              "action '" + word + "' is not supported: alert, drop, reject or pass expected");
    };
  }

  private static Endpoint endpoint(
      String hosts, String ports, Protocols protocols, Map<String, String> variables) {
    Terms<Cidr> addresses = Terms.parse(hosts, variables, Cidr::parse);
    Terms<NumberTest> numbers =
        Terms.parse(ports, variables, text -> NumberTest.parse("port", text, MAX_PORT));
    if (!numbers.isAny() && !protocols.hasPorts()) {
      throw new IllegalArgumentException("a port needs a protocol that has ports, such as tcp");
    }
    return new Endpoint(addresses.isAny() ? null : addresses, numbers.isAny() ? null : numbers);
  }

  // --- options ---

  private void take(Option option) {
    String value = option.value();
    switch (option.keyword()) {
      case "msg" -> message = RuleText.unquote("msg", value);
      case "sid" -> sid = NumberTest.number("sid", value, MAX_ID);
      case "gid" -> gid = NumberTest.number("gid", value, MAX_ID);
      case "rev" -> rev = NumberTest.number("rev", value, MAX_ID);
      case "priority" -> priority = NumberTest.number("priority", value, 255);
      case "classtype" -> category = value;
      case "reference", "metadata" -> {} // for people
      case "noalert" -> silent = true;
      case "flow" -> flow |= FlowTest.parse(value);
      case "dsize" -> payload = NumberTest.parse("dsize", value, MAX_PORT);
      case "itype" -> icmpType = NumberTest.parse("itype", value, 255);
      case "icode" -> icmpCode = NumberTest.parse("icode", value, 255);
      case "ttl" -> hops = NumberTest.parse("ttl", value, 255);
      case "ip_proto" -> ipProtocol = NumberTest.parse("ip_proto", value, 255);
      case "flags", "tcp.flags" -> flags = FlagsTest.parse(value);
      case "content" -> {
        boolean negated = value.startsWith("!");
        String text = negated ? value.substring(1).strip() : value;
        contents.add(new ContentText(RuleText.bytes(text), negated));
      }
      case "rawbytes", "fast_pattern" -> last(option); // which bytes, and in which order: the same
      case "nocase", "offset", "depth", "startswith", "endswith", "distance", "within" ->
          modify(last(option), option);
      default ->
          throw new IllegalArgumentException("keyword '" + option.keyword() + "' is not supported");
    }
  }

  private ContentText last(Option option) {
    if (contents.isEmpty()) {
      throw new IllegalArgumentException(option.keyword() + " stands before any content");
    }
    return contents.getLast();
  }

  private static void modify(ContentText content, Option option) {
    String keyword = option.keyword();
    String value = option.value();
    switch (keyword) {
      case "nocase" -> content.caseless = true;
      case "endswith" -> content.atEnd = true;
      case "startswith" -> {
        content.absolute = true;
        content.depth = content.bytes.length;
      }
      case "offset" -> {
        content.absolute = true;
        content.offset = NumberTest.number(keyword, value, MAX_OFFSET);
      }
      case "depth" -> {
        content.absolute = true;
        content.depth = NumberTest.number(keyword, value, MAX_OFFSET);
      }
      case "distance" -> {
        content.relative = true;
        boolean back = value.startsWith("-");
        int bytes = NumberTest.number(keyword, back ? value.substring(1) : value, MAX_OFFSET);
        content.distance = back ? -bytes : bytes;
      }
      default -> {
        content.relative = true;
        content.within = NumberTest.number(keyword, value, MAX_OFFSET);
      }
    }
  }

  private Content checked(ContentText text) {
    String shown = "content " + Pattern.of(text.bytes, text.caseless) + ": ";
    int length = text.bytes.length;
    if (text.absolute && text.relative) {
      throw new IllegalArgumentException(
          shown + "offset or depth does not go with distance or within");
    }
    if (text.depth < length || text.within < length) {
      throw new IllegalArgumentException(shown + "does not fit into its depth or within");
    }
    if (text.relative) {
      int index = contents.indexOf(text);
      if (index == 0 || contents.get(index - 1).negated) {
        throw new IllegalArgumentException(
            shown + "distance and within need a content before it that is not negated");
      }
      if (text.negated) {
        throw new IllegalArgumentException(
            shown + "a negated content with distance or within is not supported");
      }
      if (text.distance + length <= 0) {
        throw new IllegalArgumentException(
            shown + "has to end behind the content before it; so far back is not supported");
      }
    }
    return text.content();
  }

  /** Where contents are searched for, after Suricata's rules for tcp, tcp-pkt and tcp-stream. */
  private Scope scope(String protocol, Protocols protocols, PacketTests tests) {
    boolean packetOnly = !tests.isEmpty() || (flow & FlowTest.NO_STREAM) != 0;
    boolean absolute = false;
    boolean positive = contents.isEmpty();
    for (ContentText content : contents) {
      packetOnly |= content.negated || content.atEnd;
      absolute |= content.absolute;
      positive |= !content.negated;
    }
    boolean streamOnly = protocol.equals("tcp-stream") || (flow & FlowTest.ONLY_STREAM) != 0;
    if (streamOnly && (packetOnly || protocol.equals("tcp-pkt") || !protocols.canBeTcp())) {
      throw new IllegalArgumentException(
          "a stream has no end to judge a negated content, endswith or dsize by, and no flags;"
              + " use tcp-pkt");
    }
    if (streamOnly && contents.isEmpty()) {
      throw new IllegalArgumentException("a rule for streams needs a content");
    }
    if (contents.isEmpty() || packetOnly || protocol.equals("tcp-pkt") || !positive) {
      return Scope.PACKET;
    }
    return streamOnly || !absolute ? Scope.STREAM : Scope.BOTH;
  }
}
