import Documents
import Languages
import Markup

/// A square code to scan, with its quiet zone; nil for a text that is too long for one. What it says stands beside it as
/// text, for whoever cannot scan it.
func square(_ text: String) -> HTML? {
    guard let code = try? squareCode(text) else { return nil }
    return """
        <p><svg width="232" height="232" viewBox="0 0 \(plain: code.side) \(plain: code.side)" role="img" \
        aria-label="\(Words("可扫的方码，内容与下面的文字相同", "A square code to scan; it says the same as the text below"))" shape-rendering="crispEdges">\
        <rect width="100%" height="100%" fill="#fff"/><path fill="#000" d="\(code.path)"/></svg></p>
        """
}
