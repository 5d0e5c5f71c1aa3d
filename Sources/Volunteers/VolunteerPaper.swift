import Documents
import Identity
import Languages
package import Papers
import Reference
import Storage
package import Values

/// The letter of appointment on paper (聘书, clause 2.2d): one A4 page, drawn from its claims alone; and the agreement,
/// whose whole text is among its claims.
package enum VolunteerPaper {
    /// How the papers of this room are drawn.
    package static let drawings: [Paper.Kind: Paper.Drawing] = [.letter: letter, .agreement: agreement]

    package static func draft(_ expert: Expert, _ id: ID<Appointment>, from: Day, until: Day, team: String) -> Paper.Draft {
        Paper.Draft(
            .letter, about: Subject("appointment", id), institution: expert.institution, holder: expert.person,
            facts: [
                Claims.Fact("name", Words("姓名", "Name"), expert.name), Claims.Fact("team", Words("志愿服务团", "Team"), team),
                Claims.Fact("domains", Words("服务领域", "Fields"), expert.domains.map(\.words.chinese).joined(separator: "、")),
                Claims.Fact("from", Words("聘期从", "Term from"), from.chinese), Claims.Fact("until", Words("聘期到", "Term until"), until.chinese),
            ], validUntil: until)
    }

    static func draft(_ it: ServiceAgreement, name: String, institution: String, names: [ID<Person>: String]) -> Paper.Draft {
        var facts = [
            Claims.Fact("name", Words("乙方（志愿专家）", "The expert"), name), Claims.Fact("institution", Words("甲方（服务机构）", "The institution"), institution),
            Claims.Fact("from", Words("期限从", "Term from"), it.terms.from.chinese), Claims.Fact("until", Words("期限到", "Term until"), it.terms.until.chinese),
            Claims.Fact("hours", Words("每年小时", "Hours a year"), "\(it.terms.hours)"), Claims.Fact("ways", Words("服务形式", "Form of service"), it.terms.ways.words.chinese),
            Claims.Fact("sha256", Words("原文摘要（SHA-256）", "Hash of the text (SHA-256)"), it.hash),
        ]
        for (side, key) in [(ServiceAgreement.Side.expert, "signedByExpert" as StaticString), (.institution, "signedByInstitution")] {
            if let signature = it.signatures[side] {
                facts.append(Claims.Fact(key, side.words, "\(names[signature.by] ?? "")，\(signature.at.full().chinese)"))
            }
        }
        facts.append(Claims.Fact("text", Words("正文", "Text"), it.text))
        return Paper.Draft(.agreement, about: it.subject, institution: it.institution, holder: it.person, facts: facts, validUntil: it.terms.until)
    }

    /// As the design's letter: to whom, for what, for how long, 此聘.
    @Sendable private static func letter(_ claims: Claims) -> Document {
        Document(
            title: "聘书", issuer: claims.issuer, number: claims.number,
            blocks: [
                .paragraph("\(claims["name"] ?? "") 同志："),
                .paragraph("兹聘请您为\(claims["team"] ?? "")专家（服务领域：\(claims["domains"] ?? "")），聘期自\(claims["from"] ?? "")至\(claims["until"] ?? "")。服务自愿、无偿。"),
                .paragraph("此聘。"),
            ], maker: claims.issuer, made: Instant(claims.issuedOn), isLetter: true)
    }

    @Sendable private static func agreement(_ claims: Claims) -> Document {
        let lines = (claims["text"] ?? "").split(separator: "\n").map(String.init)
        let blocks = lines.dropFirst().map { line -> Document.Block in
            line.hasPrefix("第") && line.contains("条　") ? .heading(line) : .paragraph(line)
        }
        let signatures = ["signedByExpert", "signedByInstitution"].compactMap { key in claims.facts.first { $0.key == key } }
        return Document(
            title: lines.first ?? claims.kind.words.chinese, issuer: claims.issuer, number: claims.number,
            blocks: blocks + [.heading("签署")] + signatures.map { .paragraph("\($0.label.chinese)：\($0.value)") } + [.paragraph("原文摘要（SHA-256）：\(claims["sha256"] ?? "")")],
            maker: claims.issuer, made: Instant(claims.issuedOn))
    }
}
