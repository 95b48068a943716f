package org.statelessnf.nf.testing;

import java.util.ArrayList;
import java.util.List;

/** All orders of a few things. */
public final class Orders {
  private Orders() {}

  /** All orders. */
  public static <T> List<List<T>> of(List<T> things) {
    if (things.size() < 2) {
      return List.of(things);
    }
    List<List<T>> orders = new ArrayList<>();
    for (int i = 0; i < things.size(); i++) {
      List<T> rest = new ArrayList<>(things);
      T first = rest.remove(i);
      for (List<T> order : of(rest)) {
        List<T> whole = new ArrayList<>(List.of(first));
        whole.addAll(order);
        orders.add(whole);
      }
    }
    return orders;
  }
}
