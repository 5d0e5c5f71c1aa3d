import HTTPTypes
import Hummingbird

extension Response {
    /// I3 and I4, on every answer; `tls`: browsers speak to us by TLS alone.
    mutating func secure(tls: Bool) {
        func set(_ name: String, _ value: String) {
            if let field = HTTPField.Name(name), headers[field] == nil { headers[field] = value }
        }
        set(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; font-src 'self'; connect-src 'self'; "
                + "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; report-uri /csp-reports")
        set("X-Content-Type-Options", "nosniff")
        set("Referrer-Policy", "same-origin")
        set("Cross-Origin-Opener-Policy", "same-origin")
        set("Cross-Origin-Resource-Policy", "same-origin")
        set("Cross-Origin-Embedder-Policy", "require-corp")
        set("X-Frame-Options", "DENY")
        set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        if tls { set("Strict-Transport-Security", "max-age=31536000; includeSubDomains") }
    }
}
