import Documents
import Foundation
package import Languages
package import Ledgers
import Values

/// Whether a PDF is a paper as it was issued: signed by the institution, with the claims that stand in its ledger. Needs
/// nothing but the file and the institution's public keys: no network, no database, for as long as anybody keeps them.
package enum PaperCheck {
    static let claimsName: StaticString = "claims.json"
    static let proofName: StaticString = "cert.tlog-proof"
    /// Larger files are no papers of ours.
    package static let largest = 5 << 20

    /// Whose signatures are believed.
    package struct Trust: Sendable {
        /// X.509, DER.
        package var certificates: [[UInt8]]
        package var ledgers: [NoteKey]

        package init(certificates: [[UInt8]], ledgers: [NoteKey]) {
            self.certificates = certificates
            self.ledgers = ledgers
        }

        /// From files as `zhuqi keys export` writes them: certificates as PEM, the ledgers' keys a line each. Lines that begin
        /// with # are for people.
        package init(reading text: String) {
            certificates = []
            ledgers = []
            var pem: String?
            for line in text.split(whereSeparator: \.isNewline).map({ $0.trimmingCharacters(in: .whitespaces) }) {
                switch line {
                case "-----BEGIN CERTIFICATE-----": pem = ""
                case "-----END CERTIFICATE-----":
                    if let data = pem.flatMap({ Data(base64Encoded: $0) }) { certificates.append([UInt8](data)) }
                    pem = nil
                default:
                    if let so = pem { pem = so + line } else if !line.hasPrefix("#"), let key = try? NoteKey(line) { ledgers.append(key) }
                }
            }
        }

        package var text: String {
            certificates.map { certificate in
                let lines = Data(certificate).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
                return "-----BEGIN CERTIFICATE-----\n\(lines)\n-----END CERTIFICATE-----\n"
            }.joined() + ledgers.map { $0.text + "\n" }.joined()
        }
    }

    /// A paper that is genuine. Whether it still holds is a question to the institution: `/verify`.
    package struct Genuine: Sendable {
        package let claims: Claims
        package let certificate: [UInt8]
        /// The state of the ledger that it was proved against.
        package let checkpoint: Checkpoint
    }

    /// Each has its own sentence, because each leads to another question.
    package enum Flaw: Error, Equatable, Sendable {
        case tooLarge
        case notPDF
        case unsigned
        case cutOff
        case changed
        case appended
        case unknownKey(String)
        case notIssuedHere(String)
        case noClaims
        case unreadableClaims
        case noProof
        case unknownLedger
        case proof(LedgerRefusal)
        case otherNumber(wanted: String, found: String)
        case otherName(wanted: String)

        package var words: Words {
            switch self {
            case .tooLarge: Words("文件太大，不是这里出具的文书", "The file is too large to be a paper issued here")
            case .notPDF: Words("这不是PDF文件，或者已经损坏", "This is no PDF, or it is damaged")
            case .unsigned: Words("文件里没有出具机构的电子签名", "The file bears no signature of an issuing institution")
            case .cutOff: Words("文件不完整：比签名时短，请重新下载", "The file is incomplete: it is shorter than what was signed. Please download it again")
            case .changed: Words("文件在签名之后被改过，或者签名本身被破坏", "The file was changed after it was signed, or its signature is damaged")
            case .appended: Words("签名之后又加了内容，加上的内容没有签名", "Something was added after the signature, which the signature does not cover")
            case .unknownKey(let name):
                Words("签名完好，但不是用已知出具机构的密钥签的，证书写的是“\(name)”", "The signature is whole, but not by the key of a known institution; its certificate says “\(name)”")
            case .notIssuedHere(let issuer):
                Words("这里没有登记过这份文书；文件自称由“\(issuer)”出具", "No such paper is registered here; the file says that “\(issuer)” issued it")
            case .noClaims: Words("签名可信，但文件里没有附带内容（claims.json），不是文书", "The signature is trusted, but no claims.json is attached: this is no paper")
            case .unreadableClaims: Words("附带的内容（claims.json）读不懂，不是规范的写法", "The attached claims.json cannot be read, or is not spelled canonically")
            case .noProof: Words("文件里没有附带台账证明（cert.tlog-proof）", "No ledger proof (cert.tlog-proof) is attached")
            case .unknownLedger: Words("台账证明不是由已知机构的台账签发的", "The ledger proof is not signed by the ledger of a known institution")
            case .proof(let refusal): Words("台账证明不成立：", "The ledger proof does not hold: ") + refusal.words
            case .otherNumber(let wanted, let found): Words("编号不符：文书的编号是\(found)，不是\(wanted)", "The number does not match: the paper's is \(found), not \(wanted)")
            case .otherName(let wanted): Words("姓名不符：文书上不是“\(wanted)”", "The name does not match: the paper does not say “\(wanted)”")
            }
        }
    }

    /// Checks everything that can be checked from the file alone.
    package static func check(_ pdf: [UInt8], _ trust: Trust) throws(Flaw) -> Genuine {
        let (file, certificate) = try signedFile(pdf)
        guard trust.certificates.contains(certificate) else { throw .unknownKey(certificateFacts(certificate)?.name ?? "") }
        let claims = try claims(of: file)
        guard let bytes = try attachment(proofName, of: file) else { throw .noProof }
        let proof: ProofFile
        do throws(LedgerRefusal) { proof = try ProofFile(bytes) } catch { throw .proof(error) }
        guard !trust.ledgers.isEmpty else { throw .unknownLedger }
        for (place, key) in trust.ledgers.enumerated() {
            do throws(LedgerRefusal) {
                let checkpoint = try proof.check(content: claims.canonical, about: claims.about, key)
                return Genuine(claims: claims, certificate: certificate, checkpoint: checkpoint)
            } catch {
                switch error {
                case .otherName: if place == trust.ledgers.count - 1 { throw .unknownLedger }
                default: throw .proof(error)
                }
            }
        }
        throw .unknownLedger
    }

    /// The claims of a file that is whole, whoever signed it: by them the institution is found whose keys to try.
    static func unverifiedClaims(_ pdf: [UInt8]) throws(Flaw) -> Claims { try claims(of: try signedFile(pdf).file) }

    private static func signedFile(_ pdf: [UInt8]) throws(Flaw) -> (file: PDFFile, certificate: [UInt8]) {
        guard pdf.count <= largest else { throw .tooLarge }
        guard pdf.starts(with: "%PDF-".utf8) else { throw .notPDF }
        switch signature(of: pdf) {
        case .none: throw .unsigned
        case .cutOff: throw .cutOff
        case .changed: throw .changed
        case .whole(let certificate, let revision):
            guard revision.upperBound == pdf.count else { throw .appended }
            guard let file = try? PDFFile(pdf) else { throw .noClaims }
            return (file, certificate)
        }
    }

    private static func claims(of file: PDFFile) throws(Flaw) -> Claims {
        guard let bytes = try attachment(claimsName, of: file) else { throw .noClaims }
        guard let claims = Claims(canonical: bytes) else { throw .unreadableClaims }
        return claims
    }

    private static func attachment(_ name: StaticString, of file: PDFFile) throws(Flaw) -> [UInt8]? {
        do throws(PDFFile.Unreadable) { return try file.attachment("\(name)") } catch { throw .noClaims }
    }

    /// Compares what somebody has been told with what the paper says.
    package static func compare(_ claims: Claims, number: String?, name: String?) throws(Flaw) {
        if let number, PaperNumber.key(number) != PaperNumber.key(claims.number) { throw .otherNumber(wanted: number, found: claims.number) }
        if let name, !claims.isNamed(name) { throw .otherName(wanted: name) }
    }
}

extension Claims {
    /// What its entry in the ledger is about.
    var about: String { "\(kind.rawValue)/\(id)" }

    /// The holder's name as it is printed. Blanks do not count, nor capitals.
    func isNamed(_ typed: String) -> Bool {
        func plain(_ text: String) -> String { text.precomposedStringWithCompatibilityMapping.lowercased().filter { !$0.isWhitespace && $0 != "·" && $0 != "・" } }
        let wanted = plain(typed)
        return !wanted.isEmpty && self["\(Claims.nameKey)"].map(plain) == wanted
    }

    /// The key of the fact that names the holder; each kind has it.
    static let nameKey: StaticString = "name"
}
