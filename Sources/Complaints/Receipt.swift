import Languages
import Storage
import Values
import Web

/// The code by which somebody without a name comes back (回执码): 128 random bits, shown to them and kept nowhere; the
/// database holds its keyed hash. A complaint's number is no secret and opens nothing (R3).
package struct Receipt: Sendable, Equatable {
    let code: LongCode

    /// A new one.
    init() { code = LongCode() }

    /// As somebody typed it.
    init?(typed: String) {
        guard let code = LongCode(typed: typed) else { return nil }
        self.code = code
    }

    func hash(_ vault: Vault) -> String { vault.hash(code.text, for: "complaint receipt") }
}

// The code travels sealed, once in the form that is filled in, then in a cookie of the same browser: so sending twice gives
// the same complaint and the same code, and no address ever holds it (P8).
extension Receipt {
    static let cookie = "__Host-complaint"

    func sealed(for visit: Visit) throws -> String { try visit.site.database.vault.seal(code.text, at: Receipt.place(visit)) }

    init?(sealed: String, for visit: Visit) {
        guard let code = try? visit.site.database.vault.open(sealed, at: Receipt.place(visit)) else { return nil }
        self.init(typed: code)
    }

    /// Lets this browser in for an hour; `isNew` shows the code once more.
    func cookie(for visit: Visit, isNew: Bool) throws -> Cookie {
        let until = (visit.now + .hours(1)).milliseconds
        let sealed = try visit.site.database.vault.seal("\(until) \(isNew ? 1 : 0) \(code)", at: Receipt.place(visit))
        return Cookie(Receipt.cookie, sealed, seconds: 3600)
    }

    static func shown(_ visit: Visit) -> (receipt: Receipt, isNew: Bool)? {
        guard let cookie = visit.cookie(Receipt.cookie), let text = try? visit.site.database.vault.open(cookie, at: place(visit)) else { return nil }
        let parts = text.split(separator: " ")
        guard parts.count == 3, let until = Int64(parts[0]), visit.now.milliseconds < until, let receipt = Receipt(typed: String(parts[2])) else { return nil }
        return (receipt, parts[1] == "1")
    }

    /// Bound to the browser, so that a stolen seal opens nothing elsewhere.
    private static func place(_ visit: Visit) -> String { "complaint.receipt.\(visit.session ?? visit.visitor)" }
}
