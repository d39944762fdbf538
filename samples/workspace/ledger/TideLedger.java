/*
 * Licensed under the Apache License, Version 2.0 (the "License"); you may not use this file except in compliance
 * with the License. You may obtain a copy of the License at http://www.apache.org/licenses/LICENSE-2.0
 */
package harbour.ledger;

import java.util.ArrayList;
import java.util.List;

/**
 * Remembers which tide table was valid when, so that an accident can be judged by the table that the captain had.
 *
 * <p>Entries are never changed. A correction is a new entry that names the old one.
 *
 * @author Mira Holm
 * @since 1.2
 * @see <a href="https://www.imo.org">IMO resolution A.893</a>
 */
public final class TideLedger {
    private final List<String> entries = new ArrayList<>();

    /**
     * Adds a table.
     *
     * @param table the table as it was printed
     * @return the number of the entry, counted from zero
     * @throws IllegalArgumentException when the table is empty
     */
    public int add(String table) {
        if (table.isEmpty()) {
            throw new IllegalArgumentException("table");
        }
        // XXX: not thread safe, two harbours that write at once can lose an entry.
        entries.add(table);
        return entries.size() - 1;
    }

    // public void remove(int number) {
    //     entries.remove(number);
    //     audit.log("removed " + number);
    // }

    /** TODO document the format of an entry. */
    public List<String> all() {
        return List.copyOf(entries);
    }
}
