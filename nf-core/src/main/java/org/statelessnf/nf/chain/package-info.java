/**
 * Network functions one behind the other, run as one: {@link org.statelessnf.nf.chain.Chain}.
 *
 * <pre>
 *   inside  --&gt;  [0 firewall] --&gt; [1 nat] --&gt; [2 ips]  --&gt;  outside
 *           &lt;--              &lt;--         &lt;--           &lt;--
 *
 *   locate     keys of all functions up to the first that may rewrite: one multi-read
 *   leg 0      firewall.process           changes committed, if there are any
 *   leg 1      nat.process                what is in transit between two legs, the packet and
 *   leg 2      ips.process                frames emitted, is carried by the engine (Transit)
 *   release    once, by the engine
 * </pre>
 */
@NullMarked
package org.statelessnf.nf.chain;

import org.jspecify.annotations.NullMarked;
