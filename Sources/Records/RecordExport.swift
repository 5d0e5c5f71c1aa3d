import Identity
import Markup
import Storage
import Values
package import Web

/// The public export of service records: one line a record, and one a correction with the difference, so that whoever adds up
/// the column of minutes has what every page and certificate says. Nobody's name: a person has a number that only they are told.
package struct RecordExport: Sendable {
    package static let page = Path("ledger/records.csv")
    static let heading = "number,institution,person,month,minutes,evidence,confirmed,corrects\r\n"
    private static let pieceSize = 1000

    struct Line: Sendable {
        let number: Int
        let institution: ID<Organisation>
        let person: ID<Person>
        let month: String
        let minutes: Int
        let evidence: String
        let confirmed: String
        let corrects: Int?
    }

    /// The same for a person in every export, and nobody else's; not to be found from outside.
    static func pseudonym(_ person: ID<Person>, _ vault: Vault) -> String {
        String(vault.hash(person.text, for: "public service records").map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 }.prefix(16))
    }

    func show(_ visit: Visit) async throws -> Answer {
        let database = visit.site.database
        let content = Answer.Content.stream(type: "text/csv; charset=utf-8") { cursor in
            let found = try await database.read { reader -> (lines: [Line], names: [ID<Organisation>: String], vault: Vault) in
                let lines = try reader.exportLines(after: cursor, limit: Self.pieceSize)
                return (lines, try reader.organisations(Set(lines.map(\.institution))).mapValues(\.name), reader.vault)
            }
            guard let last = found.lines.last else { return (cursor == 0 ? [UInt8](Self.heading.utf8) : [], nil) }
            var text = cursor == 0 ? Self.heading : ""
            for line in found.lines {
                text += "\(line.number),\(Self.cell(found.names[line.institution] ?? "")),\(Self.pseudonym(line.person, found.vault)),\(line.month),\(line.minutes),\(line.evidence),\(line.confirmed),\(line.corrects.map { "\($0)" } ?? "")\r\n"
            }
            return ([UInt8](text.utf8), found.lines.count < Self.pieceSize ? nil : last.number)
        }
        return .download(content, name: "records.csv")
    }

    /// Quoted where it must be; never a formula (I9).
    static func cell(_ text: String) -> String {
        let safe = text.first.map { "=+-@\t\r".contains($0) } == true ? "'" + text : text
        guard safe.contains(where: { ",\"\r\n".contains($0) }) else { return safe }
        return "\"" + safe.replacing("\"", with: "\"\"") + "\""
    }
}

extension Reader {
    func exportLines(after cursor: Int, limit: Int) throws -> [RecordExport.Line] {
        try rows(
            """
            select * from (select r.number as number, r.institution, r.expert, r.month, r.minutes, r.kind, f.kind as confirmed, cast(null as \(.int)) as corrects
                from service_record r join service_confirmation f on f.claim = r.claim where r.number > \(cursor) order by r.number limit \(limit)) a
            union all select * from (select k.number as number, r.institution, r.expert, r.month, k.minutes - k.was, r.kind, 'correction' as confirmed, r.number as corrects
                from service_correction k join service_record r on r.claim = k.claim where k.number > \(cursor) order by k.number limit \(limit)) b
            order by number limit \(limit)
            """
        ) { row in
            RecordExport.Line(
                number: try row(), institution: try row(), person: try row(), month: try row(), minutes: try row(), evidence: try row(), confirmed: try row(), corrects: try row.maybe())
        }
    }
}
