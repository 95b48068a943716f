package org.statelessnf.conformance.kit;

import org.statelessnf.store.BloomFilter;
import org.statelessnf.store.FilterBatch;

/** Filter calls of a {@link Client}, one element each. */
public final class FilterClient {
  private final Client client;
  private final FilterBatch batch;

  FilterClient(Client client) {
    this.client = client;
    this.batch = client.session().newFilterBatch(1);
  }

  /**
   * Adds an element.
   *
   * @param filter where
   * @param element what
   */
  public Answer add(BloomFilter filter, byte[] element) {
    batch.clear();
    batch.add(filter, Client.of(element), 0, element.length);
    return finish(filter, element);
  }

  /**
   * Asks for an element.
   *
   * @param filter where
   * @param element what
   * @return the answer, whose number is 1 for "perhaps", 0 for "certainly not"
   */
  public Answer test(BloomFilter filter, byte[] element) {
    batch.clear();
    batch.mightContain(filter, Client.of(element), 0, element.length);
    Answer answer = finish(filter, element);
    return new Answer(answer.call(), answer.outcome(), 0, null, batch.mightContain(0) ? 1 : 0);
  }

  /**
   * Asks for an element; fails unless there is an answer.
   *
   * @param filter where
   * @param element what
   */
  public boolean mightContain(BloomFilter filter, byte[] element) {
    return test(filter, element).ok().number() == 1;
  }

  /**
   * Starts a new generation.
   *
   * @param filter where
   */
  public Answer rotate(BloomFilter filter) {
    batch.clear();
    batch.rotate(filter);
    return finish(filter, new byte[0]);
  }

  private Answer finish(BloomFilter filter, byte[] element) {
    client.run(batch);
    return new Answer(new Call(batch.op(0), filter, element, 0), batch.outcome(0), 0, null, 0);
  }
}
