import Foundation
import Storage
import Values

/// `助企证331003〔2026〕317号`: sign of the kind, mark of the institution, year, and the next in their sequence.
enum PaperNumber {
    static func spelled(_ kind: Paper.Kind, mark: String, year: Int, _ number: Int) -> String { "助企\(kind.sign)\(mark)〔\(year)〕\(number)号" }

    /// What a typed number is compared by: letters, digits and Han characters; whatever stands between them, of whatever
    /// width, is one hyphen. So 〔2026〕, (2026), [2026] and 2026- are the same.
    static func key(_ typed: String) -> String {
        var key = ""
        var isApart = false
        for scalar in typed.precomposedStringWithCompatibilityMapping.uppercased().unicodeScalars.prefix(100) {
            if scalar.properties.isAlphabetic || scalar.properties.numericType == .decimal {
                let edge = isApart || (key.unicodeScalars.last.map { isDigit($0) != isDigit(scalar) } ?? false)
                if edge, !key.isEmpty { key.append("-") }
                key.unicodeScalars.append(scalar)
                isApart = false
            } else { isApart = true }
        }
        return key.hasSuffix("-号") ? String(key.dropLast(2)) : key
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { (48...57).contains(scalar.value) }
}

extension Transaction {
    /// The next number. The row of the sequence is locked until the paper stands, so that no two ever share one and none is
    /// skipped.
    func nextNumber(_ kind: Paper.Kind, of institution: ID<Organisation>, region: String, year: Int) throws -> String {
        let mark = try paperMark(of: institution, region: region)
        let number: Int = try one(
            """
            insert into paper_sequence (institution, kind, year, last) values (\(institution), \(kind), \(year), 1)
            on conflict (institution, kind, year) do update set last = paper_sequence.last + 1 returning last
            """
        ) { try $0() }
        return PaperNumber.spelled(kind, mark: mark, year: year, number)
    }

    /// By which the numbers of one institution differ from another's: the code of its region, and a letter where two
    /// institutions share one. Given with its first paper, and never changed.
    private func paperMark(of institution: ID<Organisation>, region: String) throws -> String {
        if let mark = try value("select mark from paper_mark where institution = \(institution)", String.self) { return mark }
        for ending in [""] + "BCDEFGHJKMNPQRSTUVWXYZ".map(String.init) {
            let mark = region + ending
            if try insertsOnce("insert into paper_mark (institution, mark) values (\(institution), \(mark)) on conflict do nothing") { return mark }
            // Somebody else's paper of the same institution was quicker with the mark.
            if let mark = try value("select mark from paper_mark where institution = \(institution)", String.self) { return mark }
        }
        throw StorageFailure.refused(what: "paper_mark: no mark is left for \(region)")
    }
}
