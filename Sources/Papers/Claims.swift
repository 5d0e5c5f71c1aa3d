import Documents
package import Languages
package import Storage
package import Values

/// What a paper says, frozen: every fact that is printed, in the order of printing. Drawing reads nothing else, the page of
/// `/verify` shows nothing else, and its canonical bytes (RFC 8785) are what the ledger commits to and what the PDF carries
/// as `claims.json`.
package struct Claims: Sendable, Equatable {
    package let id: ID<Paper>
    package let kind: Paper.Kind
    package let number: String
    package let code: LongCode
    /// The institution by the name that it had.
    package let issuer: String
    package let issuedOn: Day
    package let validUntil: Day?
    /// The number of the paper that this one replaces.
    package let replaces: String?
    package let facts: [Fact]
    /// RFC 8785; kept as they were written, so that no later change of ours changes them.
    package let canonical: [UInt8]

    /// One fact: a name for programs, its label in both languages, and the value as it is printed.
    package struct Fact: Sendable, Equatable {
        package let key: String
        package let label: Words
        package let value: String

        package init(_ key: StaticString, _ label: Words, _ value: String) {
            self.key = "\(key)"
            self.label = label
            self.value = value
        }

        fileprivate init?(_ json: CanonicalJSON) {
            guard let key = json["key"]?.string, let chinese = json["zh"]?.string, let english = json["en"]?.string, let value = json["value"]?.string
            else { return nil }
            self.key = key
            label = Words(chinese, english)
            self.value = value
        }
    }

    /// The value of a fact.
    package subscript(key: String) -> String? { facts.first { $0.key == key }?.value }

    /// What the holder is called on it.
    var names: [String] { facts.filter { $0.key == "\(Claims.nameKey)" }.map(\.value) }

    init(
        id: ID<Paper>, kind: Paper.Kind, number: String, code: LongCode, issuer: String, issuedOn: Day, validUntil: Day?, replaces: String?, facts: [Fact]
    ) throws(Paper.Refusal) {
        guard facts.contains(where: { $0.key == "\(Claims.nameKey)" }), Set(facts.map(\.key)).count == facts.count else { throw .unclearFacts }
        var members: [String: CanonicalJSON] = [
            "format": .text(Claims.format), "id": .text(id.text), "kind": .text(kind.rawValue), "title": .text(kind.words.chinese), "number": .text(number),
            "code": .text(code.text), "issuer": .text(issuer), "issuedOn": .text(issuedOn.description),
            "facts": .list(
                facts.map { .object(["key": .text($0.key), "zh": .text($0.label.chinese), "en": .text($0.label.english), "value": .text($0.value)]) }),
        ]
        if let validUntil { members["validUntil"] = .text(validUntil.description) }
        if let replaces { members["replaces"] = .text(replaces) }
        (self.id, self.kind, self.number, self.code, self.issuer, self.issuedOn) = (id, kind, number, code, issuer, issuedOn)
        (self.validUntil, self.replaces, self.facts) = (validUntil, replaces, facts)
        canonical = CanonicalJSON.object(members).bytes
    }

    /// Nil for bytes that are not canonical or not claims.
    package init?(canonical bytes: [UInt8]) {
        guard let json = try? CanonicalJSON(canonical: bytes), json["format"]?.string == Claims.format, let id = json["id"]?.string.flatMap({ ID<Paper>($0) }), let kind = json["kind"]?.string,
            let number = json["number"]?.string, let code = json["code"]?.string.flatMap(LongCode.init(typed:)), let issuer = json["issuer"]?.string,
            let issuedOn = json["issuedOn"]?.string.flatMap({ Day($0) }), let items = json["facts"]?.items
        else { return nil }
        let facts = items.compactMap(Fact.init)
        guard facts.count == items.count, !facts.isEmpty else { return nil }
        self.id = id
        self.kind = Paper.Kind(rawValue: kind)
        (self.number, self.code, self.issuer, self.issuedOn, self.facts) = (number, code, issuer, issuedOn, facts)
        validUntil = json["validUntil"]?.string.flatMap { Day($0) }
        replaces = json["replaces"]?.string
        canonical = bytes
    }

    static let format = "zhuqi.paper.1"
}
