-- What the audit record will say about commissions that an operator has changed. A row is written in the transaction
-- that changes the commission and deleted in the one that writes the audit entry, so that no crash loses the entry.
CREATE TABLE ledger_traces (
  serial %key%,
  -- JSON; see audit/trace.ts
  trace TEXT NOT NULL
) %strict%;
