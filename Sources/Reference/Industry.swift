package import Languages

/// A section (门类, A–T) or division (大类, 01–97) of the industrial classification (国民经济行业分类, GB/T 4754-2017).
package struct Industry: Hashable, Sendable {
    /// `C` for a section, `29` for a division.
    package let code: String
    /// The section's letter, of a section itself as well.
    package let section: String
    package let name: Words

    package var isSection: Bool { code == section }
}

/// All sections and divisions.
package struct Industries: Sendable {
    package static var bundled: Industries { Reference.bundled.industries }

    package let sections: [Industry]
    private let industries: [String: Industry]
    private let below: [String: [Industry]]

    /// A section by its letter, or a division by two digits; three or four digits, as on a licence, find their division.
    package subscript(_ code: String) -> Industry? {
        industries[code.first?.isNumber == true ? String(code.prefix(2)) : code]
    }

    package func divisions(of section: String) -> [Industry] { below[section] ?? [] }

    /// Whether two firms are rivals for the question whom a trade secret may be shown to: the same division.
    /// A section alone is too wide to tell.
    package func areRivals(_ a: String, _ b: String) -> Bool {
        guard let a = self[a], let b = self[b] else { return false }
        return a == b && !a.isSection
    }
}

extension Industries {
    static let file = "industries.csv"

    init(_ edition: ReferenceEdition) throws(ReferenceFault) {
        let table = try edition.table(Industries.file, columns: ["code", "section", "chinese", "english"])
        var industries: [String: Industry] = [:]
        var below: [String: [Industry]] = [:]
        var sections: [Industry] = []
        for row in table.rows {
            let industry = Industry(
                code: try row.text("code"), section: try row.text("section"),
                name: Words(try row.text("chinese"), try row.text("english")))
            guard industries.updateValue(industry, forKey: industry.code) == nil else {
                throw row.fault("code", Words("\(industry.code)出现了两次", "\(industry.code) stands there twice"))
            }
            if industry.isSection {
                sections.append(industry)
            } else {
                guard industries[industry.section] != nil else {
                    throw row.fault("section", Words("没有门类\(industry.section)", "there is no section \(industry.section)"))
                }
                below[industry.section, default: []].append(industry)
            }
        }
        self.industries = industries
        self.sections = sections
        self.below = below
    }
}
