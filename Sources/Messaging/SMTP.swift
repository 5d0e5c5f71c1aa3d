import CCurl
import Foundation
import Values

extension Post.Driver {
    /// Mail by SMTP, over libcurl on a thread of its own. `url`: `smtp://host:port` or `smtps://…`; TLS is required unless
    /// the host is this machine. User and password come from the URL's user part, as the setting's file holds it. A server
    /// that stalls holds up one of four letters, for as long as its letter has patience, and no page for longer than that (U2).
    package static func smtp(url: String, from: String) -> Post.Driver {
        let threads = OperationQueue()
        threads.maxConcurrentOperationCount = 4
        return Post.Driver("smtp") { letter in
            let message = mail(letter, from: from, at: .now, id: ID<Letter>().text)
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                threads.addOperation { continuation.resume(with: Result { try transmit(message, letter, from: from, url: url) }) }
            }
        }
    }

    /// RFC 5322 with UTF-8 in encoded words and base64: no header can be split by what a person wrote (I10), and RFC 3834
    /// marks it as made by a machine, so that mail does not loop.
    static func mail(_ letter: Letter, from: String, at now: Instant, id: String) -> String {
        let date = Date(timeIntervalSince1970: Double(now.milliseconds) / 1000)
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 8 * 3600)
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss Z"
        let domain = from.split(separator: "@").last.map(String.init) ?? "localhost"
        return [
            "Date: \(formatter.string(from: date))", "From: \(encodedWords("助企")) <\(plain(from))>", "To: <\(plain(letter.recipient))>",
            "Subject: \(encodedWords(letter.subject))", "Message-ID: <\(id)@\(plain(domain))>", "Auto-Submitted: auto-generated",
            "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64", "",
            folded(Data(letter.body.utf8).base64EncodedString()), "",
        ].joined(separator: "\r\n")
    }

    private static func plain(_ text: String) -> String { text.filter { $0.isASCII && !$0.isWhitespace && $0 != "<" && $0 != ">" } }

    /// RFC 2047, in pieces of at most 45 bytes that never cut a character.
    private static func encodedWords(_ text: String) -> String {
        var words: [String] = []
        var piece = ""
        for character in text where !character.isNewline {
            if piece.utf8.count + String(character).utf8.count > 45 { words.append(piece); piece = "" }
            piece.append(character)
        }
        if !piece.isEmpty { words.append(piece) }
        return words.map { "=?utf-8?B?\(Data($0.utf8).base64EncodedString())?=" }.joined(separator: "\r\n ")
    }

    private static func folded(_ text: String) -> String {
        stride(from: 0, to: text.utf8.count, by: 76).map { start in
            let from = text.utf8.index(text.startIndex, offsetBy: start)
            let to = text.utf8.index(from, offsetBy: 76, limitedBy: text.endIndex) ?? text.endIndex
            return String(text[from..<to])
        }.joined(separator: "\r\n")
    }

    private static func transmit(_ message: String, _ letter: Letter, from: String, url: String) throws {
        guard let curl = curl_easy_init() else { throw PostFailure.refused("no curl") }
        defer { curl_easy_cleanup(curl) }
        // libcurl reads the mail from a file handle, so that no pointer of ours outlives a call.
        guard let file = tmpfile() else { throw PostFailure.refused("no temporary file") }
        defer { fclose(file) }
        fputs(message, file)
        rewind(file)
        var recipients = curl_slist_append(nil, "<\(plain(letter.recipient))>")
        defer { curl_slist_free_all(recipients); recipients = nil }
        let isLocal = url.contains("//127.0.0.1") || url.contains("//localhost")
        let failure = zq_curl_mail(curl, url, "<\(plain(from))>", recipients, file, isLocal ? 0 : 1, letter.patience)
        guard failure == CURLE_OK else { throw PostFailure.refused(String(cString: curl_easy_strerror(failure))) }
    }
}
