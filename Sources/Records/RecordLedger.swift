import Documents
package import Papers
import Storage
import Values

/// What enters the institution's ledger of a record and of a correction: every fact that makes it count, by ids.
package enum RecordLedger {
    static let record = "record"
    static let correction = "record.correction"

    /// For `zhuqi ledger fsck`: what the tables say today, to be compared with what was entered.
    package static let sources: [String: LedgerCheck.Source] = [
        record: { ids, reader in try records(ids, reader) },
        correction: { ids, reader in try corrections(ids, reader) },
    ]

    static func records(_ ids: [String], _ reader: Reader) throws -> [String: [UInt8]] {
        Dictionary(
            try reader.rows(
                """
                select r.claim, r.number, r.institution, r.service_case, r.expert, f.by_person, f.kind, r.evidence, r.kind, r.begins, r.ends, r.month, r.minutes, r.at
                from service_record r join service_confirmation f on f.claim = r.claim where r.claim in (\(list: ids))
                """
            ) { row in
                let (id, number): (String, Int) = (try row(), try row())
                let names = ["institution", "case", "expert", "confirmedBy", "confirmed", "evidence", "kind"]
                var members: [String: CanonicalJSON] = ["format": .text("zhuqi.record.1"), "record": .text(id), "number": .text("\(number)")]
                for name in names { members[name] = .text(try row(String.self)) }
                members["begins"] = .text("\(try row(Int.self))")
                members["ends"] = .text("\(try row(Int.self))")
                members["month"] = .text(try row())
                members["minutes"] = .text("\(try row(Int.self))")
                members["at"] = .text("\(try row(Int.self))")
                return (id, CanonicalJSON.object(members).bytes)
            }, uniquingKeysWith: { first, _ in first })
    }

    static func corrections(_ ids: [String], _ reader: Reader) throws -> [String: [UInt8]] {
        let claims = Set(ids.compactMap { $0.split(separator: "-").first.map(String.init) })
        return Dictionary(
            try reader.rows("select claim, part, number, objection, was, minutes, at from service_correction where claim in (\(list: claims))") { row in
                let (claim, part): (String, Int) = (try row(), try row())
                var members: [String: CanonicalJSON] = ["format": .text("zhuqi.correction.1"), "corrects": .text(claim), "part": .text("\(part)")]
                members["number"] = .text("\(try row(Int.self))")
                members["objection"] = .text(try row())
                for name in ["was", "minutes", "at"] { members[name] = .text("\(try row(Int.self))") }
                return ("\(claim)-\(part)", CanonicalJSON.object(members).bytes)
            }, uniquingKeysWith: { first, _ in first })
    }
}

extension Transaction {
    /// In the transaction that makes it count.
    func enter(_ record: ServiceRecord, at now: Instant) throws {
        guard let bytes = try RecordLedger.records([record.id.text], self)[record.id.text] else { throw StorageFailure.missing }
        try commit(kind: RecordLedger.record, subject: record.subject, institution: record.institution, holder: record.expert, payload: bytes, at: now)
    }

    func enterCorrection(_ record: ServiceRecord, part: Int, at now: Instant) throws {
        let id = "\(record.id)-\(part)"
        guard let bytes = try RecordLedger.corrections([id], self)[id] else { throw StorageFailure.missing }
        try commit(kind: RecordLedger.correction, subject: Subject(kind: RecordLedger.correction, id: id), institution: record.institution, holder: record.expert, payload: bytes, at: now)
    }
}
