internal import CCrypto
package import Values

/// The key by which an institution signs its papers, with the certificate that says whose it is. RSA of 3072 bits and
/// SHA-256: what every reader of PDF knows, and will know in ten years.
package struct SigningKey: Sendable {
    /// X.509, DER.
    package let certificate: [UInt8]
    /// Who certified it, and who certified them, one certificate after another (DER): what readers of PDF are told to trust, and
    /// what leads there. Travels with each signature.
    package let issuer: [UInt8]?
    /// PKCS #8, DER. Kept sealed wherever it is stored.
    package let secret: [UInt8]

    package init(certificate: [UInt8], issuer: [UInt8]?, secret: [UInt8]) {
        self.certificate = certificate
        self.issuer = issuer
        self.secret = secret
    }

    /// A new key for an institution, good for `years`. It is certified by a root of its own, because readers trust only what
    /// an authority has certified (NSS takes no self-signed signer); the root's secret half is forgotten at once, so that
    /// nothing else can ever be certified by it.
    package static func make(for name: String, at now: Instant, years: Int = 30) throws(SignatureFailure) -> SigningKey {
        guard let root = zhuqi_rsa_key(3072), let key = zhuqi_rsa_key(3072) else { throw .cryptography(lastError()) }
        defer {
            EVP_PKEY_free(root)
            EVP_PKEY_free(key)
        }
        let issuer = try certificate(
            Subject(name, "根证书"), of: root, by: nil, root, at: now, years: years,
            [(NID_basic_constraints, "critical,CA:TRUE,pathlen:0"), (NID_key_usage, "critical,keyCertSign,cRLSign"), (NID_subject_key_identifier, "hash")])
        defer { X509_free(issuer) }
        let own = try certificate(
            Subject(name, "文书签名"), of: key, by: issuer, root, at: now, years: years,
            [
                (NID_basic_constraints, "critical,CA:FALSE"), (NID_key_usage, "critical,digitalSignature,nonRepudiation"),
                // Document signing (RFC 9336), and mail for readers that do not know it yet.
                (NID_ext_key_usage, "1.3.6.1.5.5.7.3.36,emailProtection"), (NID_subject_key_identifier, "hash"),
                (NID_authority_key_identifier, "keyid"),
            ])
        defer { X509_free(own) }
        guard let packed = EVP_PKEY2PKCS8(key) else { throw .cryptography(lastError()) }
        defer { PKCS8_PRIV_KEY_INFO_free(packed) }
        let secret = encoded { i2d_PKCS8_PRIV_KEY_INFO(packed, $0) }
        let (der, issuerDER) = (encoded { i2d_X509(own, $0) }, encoded { i2d_X509(issuer, $0) })
        guard !der.isEmpty, !issuerDER.isEmpty, !secret.isEmpty else { throw .cryptography(lastError()) }
        return SigningKey(certificate: der, issuer: issuerDER, secret: secret)
    }

    private struct Subject {
        let fields: [(String, String)]
        init(_ name: String, _ role: String) { fields = [("C", "CN"), ("O", String(name.prefix(60))), ("CN", String(name.prefix(50)) + " " + role)] }
    }

    private static func certificate(
        _ subject: Subject, of key: OpaquePointer, by issuer: OpaquePointer?, _ signer: OpaquePointer, at now: Instant, years: Int,
        _ extensions: [(Int32, String)]
    ) throws(SignatureFailure) -> OpaquePointer {
        guard let certificate = X509_new() else { throw .cryptography(lastError()) }
        var isWhole = false
        defer { if !isWhole { X509_free(certificate) } }
        X509_set_version(certificate, 2)
        var random = SystemRandomNumberGenerator()
        ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), random.next() >> 1)
        let seconds = Int(now.milliseconds / 1000)
        // A clock that runs a little behind must not find the certificate of the future.
        ASN1_TIME_set(X509_getm_notBefore(certificate), seconds - 86_400)
        ASN1_TIME_set(X509_getm_notAfter(certificate), seconds + years * 365 * 86_400)
        X509_set_pubkey(certificate, key)
        let name = X509_get_subject_name(certificate)
        for (field, text) in subject.fields {
            let bytes = [UInt8](text.utf8)
            guard X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, bytes, Int32(bytes.count), -1, 0) == 1 else { throw .cryptography(lastError()) }
        }
        X509_set_issuer_name(certificate, X509_get_subject_name(issuer ?? certificate))
        var context = X509V3_CTX()
        zhuqi_extension_context(&context, issuer ?? certificate, certificate)
        for (kind, value) in extensions {
            guard let part = X509V3_EXT_conf_nid(nil, &context, kind, value) else { throw .cryptography(lastError()) }
            defer { X509_EXTENSION_free(part) }
            guard X509_add_ext(certificate, part, -1) == 1 else { throw .cryptography(lastError()) }
        }
        guard X509_sign(certificate, signer, EVP_sha256()) > 0 else { throw .cryptography(lastError()) }
        isWhole = true
        return certificate
    }

    /// A detached CMS signature with the attribute that binds the certificate (CAdES, RFC 5126), DER.
    package func sign(_ bytes: [UInt8]) throws(SignatureFailure) -> [UInt8] {
        guard let key = openKey(), let signer = SigningKey.certificate(certificate), let content = BIO_new_mem_buf(bytes, Int32(bytes.count)) else {
            throw .cryptography(lastError())
        }
        defer {
            EVP_PKEY_free(key)
            X509_free(signer)
            BIO_free(content)
        }
        let chain = zhuqi_certificates()
        defer { zhuqi_certificates_forget(chain) }
        let above = certificates(in: issuer ?? []).compactMap(SigningKey.certificate)
        defer { above.forEach(X509_free) }
        for one in above { zhuqi_certificates_add(chain, one) }
        let flags = UInt32(CMS_DETACHED | CMS_BINARY | CMS_CADES | CMS_NOSMIMECAP)
        guard let message = CMS_sign(signer, key, chain, content, flags) else { throw .cryptography(lastError()) }
        defer { CMS_ContentInfo_free(message) }
        let der = encoded { i2d_CMS_ContentInfo(message, $0) }
        guard !der.isEmpty else { throw .cryptography(lastError()) }
        return der
    }

    /// Whether key and certificate belong together.
    package var isWhole: Bool {
        guard let key = openKey(), let signer = SigningKey.certificate(certificate) else { return false }
        defer {
            EVP_PKEY_free(key)
            X509_free(signer)
        }
        return X509_check_private_key(signer, key) == 1
    }

    /// Why nobody would believe what it signs; nil when readers of PDF will.
    package func flaw(at now: Instant) -> KeyFlaw? {
        guard let own = SigningKey.certificate(certificate) else { return .unreadableCertificate }
        defer { X509_free(own) }
        guard let key = openKey() else { return .unreadableKey }
        EVP_PKEY_free(key)
        guard isWhole else { return .otherKey }
        let above = certificates(in: issuer ?? []).compactMap(SigningKey.certificate)
        defer { above.forEach(X509_free) }
        for one in [own] + above {
            var seconds = Int(now.milliseconds / 1000)
            if X509_cmp_time(X509_get0_notAfter(one), &seconds) < 0 { return .expired(name(X509_get_subject_name(one)), time(X509_get0_notAfter(one))) }
            if X509_cmp_time(X509_get0_notBefore(one), &seconds) > 0 { return .notYet(name(X509_get_subject_name(one)), time(X509_get0_notBefore(one))) }
        }
        // From the own one upwards, each certified by the next; none that certified nobody.
        var (current, rest) = (own, above)
        while let place = rest.firstIndex(where: { X509_cmp($0, current) != 0 && X509_check_issued($0, current) == X509_V_OK && X509_verify(current, X509_get0_pubkey($0)) == 1 }) {
            current = rest.remove(at: place)
        }
        ERR_clear_error()
        let isRoot = X509_check_issued(current, current) == X509_V_OK
        if !isRoot, X509_cmp(current, own) == 0 || !rest.isEmpty { return .noIssuer(name(X509_get_issuer_name(current))) }
        if let stranger = rest.first { return .stranger(name(X509_get_subject_name(stranger))) }
        return (try? sign([1])) == nil ? .unreadableKey : nil
    }

    private func openKey() -> OpaquePointer? {
        secret.withUnsafeBufferPointer { bytes in
            var start = bytes.baseAddress
            return d2i_AutoPrivateKey(nil, &start, bytes.count)
        }
    }

    fileprivate static func certificate(_ der: [UInt8]) -> OpaquePointer? {
        der.withUnsafeBufferPointer { bytes in
            var start = bytes.baseAddress
            return d2i_X509(nil, &start, bytes.count)
        }
    }
}

/// Why an institution's key is not taken.
package enum KeyFlaw: Error, Equatable, Sendable {
    case unreadableCertificate, unreadableKey, otherKey
    case expired(String, String), notYet(String, String)
    /// A certificate is missing between the own one and the root: this one's.
    case noIssuer(String)
    case stranger(String)
}

/// Certificates that stand one after another, each DER.
package func certificates(in bytes: [UInt8]) -> [[UInt8]] {
    var (all, rest) = ([[UInt8]](), bytes[...])
    while !rest.isEmpty {
        var used = 0
        let one = rest.withUnsafeBufferPointer { bytes in
            var start = bytes.baseAddress
            let one = d2i_X509(nil, &start, bytes.count)
            if let start, let first = bytes.baseAddress { used = start - first }
            return one
        }
        guard let one, used > 0 else { break }
        X509_free(one)
        all.append([UInt8](rest.prefix(used)))
        rest = rest.dropFirst(used)
    }
    ERR_clear_error()
    return all
}

package enum SignatureFailure: Error, Equatable, Sendable { case cryptography(String) }

/// Checks a detached CMS signature over bytes, and answers the signer's certificate (DER). Whether that is one to trust is
/// the caller's question. Nil when the bytes are not those that were signed, or it is no signature.
package func signer(of bytes: [UInt8], signature: [UInt8]) -> [UInt8]? {
    guard let message = parsed(signature) else { return nil }
    defer { CMS_ContentInfo_free(message) }
    let others = CMS_get1_certs(message)
    defer { zhuqi_certificates_forget_all(others) }
    guard let content = BIO_new_mem_buf(bytes, Int32(bytes.count)) else { return nil }
    defer { BIO_free(content) }
    let flags = UInt32(CMS_BINARY | CMS_NO_SIGNER_CERT_VERIFY)
    guard CMS_verify(message, nil, nil, content, nil, flags) == 1, let signers = CMS_get0_signers(message) else {
        ERR_clear_error()
        return nil
    }
    defer { zhuqi_certificates_forget(signers) }
    guard zhuqi_certificates_count(signers) == 1, let one = zhuqi_certificate_at(signers, 0) else { return nil }
    // What travels along is not signed itself: each certificate must be the signer's, or a whole one above it in the chain.
    var rest = (0..<max(0, zhuqi_certificates_count(others))).compactMap { zhuqi_certificate_at(others, $0) }.filter { X509_cmp($0, one) != 0 }
    var below = one
    while let place = rest.firstIndex(where: { X509_verify(below, X509_get0_pubkey($0)) == 1 }) {
        below = rest.remove(at: place)
        guard X509_check_issued(below, below) != X509_V_OK || X509_verify(below, X509_get0_pubkey(below)) == 1 else {
            ERR_clear_error()
            return nil
        }
    }
    guard rest.isEmpty else {
        ERR_clear_error()
        return nil
    }
    return encoded { i2d_X509(one, $0) }
}

/// Nil where what follows the message is not blank.
private func parsed(_ der: [UInt8]) -> OpaquePointer? {
    var used = 0
    let message = der.withUnsafeBufferPointer { bytes in
        var start = bytes.baseAddress
        let message = d2i_CMS_ContentInfo(nil, &start, bytes.count)
        if let start, let first = bytes.baseAddress { used = start - first }
        return message
    }
    guard let message, der[used...].allSatisfy({ $0 == 0 }) else {
        CMS_ContentInfo_free(message)
        ERR_clear_error()
        return nil
    }
    return message
}

/// The certificate's owner, and until when it is good, as they are shown.
package func certificateFacts(_ der: [UInt8]) -> (name: String, until: String)? {
    guard let certificate = SigningKey.certificate(der) else { return nil }
    defer { X509_free(certificate) }
    return (name(X509_get_subject_name(certificate)), time(X509_get0_notAfter(certificate)))
}

private func name(_ name: OpaquePointer?) -> String { printed { zhuqi_print_name($0, name) } }

private func time(_ time: UnsafePointer<ASN1_TIME>?) -> String { printed { ASN1_TIME_print($0, time) } }

private func printed(_ write: (OpaquePointer) -> Int32) -> String {
    guard let bio = BIO_new(BIO_s_mem()) else { return "" }
    defer { BIO_free(bio) }
    _ = write(bio)
    return text(bio)
}

private func text(_ bio: OpaquePointer) -> String {
    var start: UnsafeMutablePointer<CChar>?
    let count = zhuqi_bio_bytes(bio, &start)
    guard let start, count > 0 else { return "" }
    return String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
}

private func encoded(_ write: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?) -> Int32) -> [UInt8] {
    let count = Int(write(nil))
    guard count > 0 else { return [] }
    return [UInt8](unsafeUninitializedCapacity: count) { buffer, used in
        var end = buffer.baseAddress
        used = max(0, Int(write(&end)))
    }
}

/// Why libcrypto said no; its queue of errors is empty afterwards.
private func lastError() -> String {
    var reasons: [String] = []
    while case let code = ERR_get_error(), code != 0 {
        var text = [CChar](repeating: 0, count: 256)
        ERR_error_string_n(code, &text, text.count)
        reasons.append(String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
    }
    return reasons.isEmpty ? "libcrypto gave no reason" : reasons.joined(separator: "; ")
}
