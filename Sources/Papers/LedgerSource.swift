import Storage

extension Paper {
    /// What papers say today, for `zhuqi ledger fsck`: claims that were changed behind the program's back are found, as are
    /// papers that are gone.
    package static let ledgerSource: LedgerCheck.Source = { ids, reader in
        Dictionary(
            try reader.rows("select id, claims from paper where id in (\(list: ids))") { (try $0(String.self), try $0([UInt8].self)) },
            uniquingKeysWith: { first, _ in first })
    }
}
