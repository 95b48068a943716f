package org.statelessnf.nf.ips;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.statelessnf.nf.ConfigException;
import org.statelessnf.nf.packet.CidrSet;

/**
 * The rules, compiled: signatures, and one automaton for all their contents. Immutable; shared by
 * all pipes.
 *
 * <p>A file holds one rule a line, longer ones continued by a backslash at the end of the line;
 * {@code #} begins a comment, and {@code var NAME VALUE} (or {@code ipvar}, {@code portvar})
 * defines what {@code $NAME} stands for in later lines. {@code HOME_NET} is the private address
 * blocks and {@code EXTERNAL_NET} the others, unless the file says otherwise.
 *
 * <p>All contents of a rule are <em>elements</em>, numbered through all rules in their order. A
 * <em>chain</em> is a content with those that follow relative to it. A signature matches once the
 * last element of each of its chains is found.
 */
public final class RuleSet {
  private static final int MAX_LINE = 1 << 16;

  final Signature[] signatures;
  final ByteDfa dfa;

  /** Elements that a pattern is: those of pattern p begin at {@code useStart[p]}. */
  final int[] useStart;

  final int[] uses;

  final Content[] elements;

  /** Of each element, its signature. */
  final int[] signatureOf;

  /** Of each signature, its first element, and behind them all how many there are. */
  final int[] firstElement;

  /** Of each element, whether the next one goes on from it. */
  final boolean[] goesOn;

  /** Signatures without contents to be found, which every packet is asked about. */
  final int[] withoutContent;

  /** Whether any rule asks for the flow of a packet that is not TCP. */
  final boolean needsDatagramFlows;

  private RuleSet(List<Signature> rules) {
    signatures = rules.toArray(new Signature[0]);
    firstElement = new int[signatures.length + 1];
    List<Content> all = new ArrayList<>();
    for (int s = 0; s < signatures.length; s++) {
      firstElement[s] = all.size();
      all.addAll(signatures[s].contents());
    }
    firstElement[signatures.length] = all.size();
    elements = all.toArray(new Content[0]);
    signatureOf = new int[elements.length];
    goesOn = new boolean[elements.length];
    Map<Pattern, List<Integer>> byPattern = new LinkedHashMap<>();
    List<Integer> bare = new ArrayList<>();
    boolean datagramFlows = false;
    for (int s = 0; s < signatures.length; s++) {
      Signature signature = signatures[s];
      for (int e = firstElement[s]; e < firstElement[s + 1]; e++) {
        signatureOf[e] = s;
        goesOn[e] = e + 1 < firstElement[s + 1] && elements[e + 1].relative();
        byPattern.computeIfAbsent(elements[e].pattern(), p -> new ArrayList<>()).add(e);
      }
      if (signature.contents().stream().allMatch(Content::negated)) {
        bare.add(s);
      }
      boolean datagrams = signature.protocols() != Protocols.TCP;
      boolean remembers =
          FlowTest.needsFlow(signature.flow())
              || (signature.action() == Action.PASS && signature.contents().isEmpty());
      datagramFlows |= datagrams && remembers;
    }
    dfa = DfaCompiler.compile(List.copyOf(byPattern.keySet()));
    useStart = new int[byPattern.size() + 1];
    List<Integer> flat = new ArrayList<>();
    int pattern = 0;
    for (List<Integer> of : byPattern.values()) {
      flat.addAll(of);
      useStart[++pattern] = flat.size();
    }
    uses = flat.stream().mapToInt(Integer::intValue).toArray();
    withoutContent = bare.stream().mapToInt(Integer::intValue).toArray();
    needsDatagramFlows = datagramFlows;
  }

  /**
   * Reads rules.
   *
   * @param file lines of text
   * @throws ConfigException with file and line, if it cannot be read, or a rule is wrong or not
   *     supported
   */
  public static RuleSet load(Path file) {
    try {
      // Bytes as they are: a rule's text may be in any encoding.
      return parse(file, Files.readAllLines(file, StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      throw new ConfigException(file, "cannot be read (" + e + ")");
    }
  }

  /**
   * Compiles rules.
   *
   * @param name what messages call their source
   * @param lines as of a file
   * @throws ConfigException with name and line, if a rule is wrong or not supported
   */
  public static RuleSet parse(Path name, List<String> lines) {
    Map<String, String> variables = new HashMap<>();
    variables.put("HOME_NET", "[" + CidrSet.PRIVATE + "]");
    variables.put("EXTERNAL_NET", "!$HOME_NET");
    List<Signature> rules = new ArrayList<>();
    Map<Long, Integer> lineOf = new HashMap<>();
    StringBuilder rule = new StringBuilder();
    int begin = 0;
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (rule.isEmpty()) {
        begin = i + 1;
        if (line.isEmpty() || line.startsWith("#")) {
          continue;
        }
      }
      boolean continued = line.endsWith("\\") && i + 1 < lines.size();
      rule.append(continued ? line.substring(0, line.length() - 1) : line);
      if (rule.length() > MAX_LINE) {
        throw new ConfigException(name, begin, "longer than " + MAX_LINE + " characters");
      }
      if (!continued) {
        try {
          take(rule.toString(), variables, rules, lineOf, begin);
        } catch (IllegalArgumentException e) {
          throw new ConfigException(name, begin, String.valueOf(e.getMessage()));
        }
        rule.setLength(0);
      }
    }
    try {
      return new RuleSet(rules);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(name, String.valueOf(e.getMessage()));
    }
  }

  private static void take(
      String text,
      Map<String, String> variables,
      List<Signature> rules,
      Map<Long, Integer> lineOf,
      int line) {
    if (text.startsWith("var ") || text.startsWith("ipvar ") || text.startsWith("portvar ")) {
      String[] words = text.split("\\s+", 3);
      if (words.length != 3) {
        throw new IllegalArgumentException("not of the form '" + words[0] + " NAME VALUE'");
      }
      variables.put(words[1], words[2].replaceAll("\\s", ""));
      return;
    }
    Signature signature = RuleParser.parse(text, variables);
    long id = (long) signature.identity().gid() << 32 | signature.identity().sid();
    Integer before = lineOf.putIfAbsent(id, line);
    if (before != null) {
      throw new IllegalArgumentException(
          "sid " + signature.identity().sid() + " is that of line " + before);
    }
    rules.add(signature);
  }

  /** How many rules there are. */
  public int size() {
    return signatures.length;
  }

  /** The automaton of all contents. */
  public ByteDfa automaton() {
    return dfa;
  }
}
