import Documents
import Languages
package import Papers
import Values

extension Certificate {
    /// How the paper is drawn: from the claims alone.
    package static let drawing: Paper.Drawing = { claims in
        let table = ["name", "volunteer", "document", "period", "hours", "content", "remarks"]
        return Document(
            title: claims.kind.words.chinese, issuer: claims.issuer,
            facts: table.compactMap { key in claims.facts.first { $0.key == key }.map { Document.Fact($0.label.chinese, $0.value) } },
            blocks: [.paragraph("兹证明该志愿者参加本单位组织的志愿服务，记录真实、准确、完整，服务全程自愿、无偿。")],
            closing: Document.Closing(lines: [
                "\(claims.issuer)（盖章）", "负责人（签字）：\(claims["inCharge"] ?? "")", "经办人（签字）：\(claims["handler"] ?? "")", "联系电话：\(claims["contact"] ?? "")",
                "\(claims.issuedOn.parts.year)年\(claims.issuedOn.parts.month)月\(claims.issuedOn.parts.day)日",
            ]),
            maker: claims.issuer, made: Instant(claims.issuedOn))
    }
}
