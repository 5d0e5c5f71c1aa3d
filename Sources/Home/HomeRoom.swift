package import Storage
package import Web
import Identity
import Languages
import Markup
import Turns
import Values

/// The face of Home: the public front page, each person's start page, notices.
package struct HomeRoom: Room {
    package init() {}

    package func routes(_ routes: inout Routes) {
        routes.get(Path("/"), .everyone) { visit, _ in
            .page(Page(Words("首页", "Home"), word: "home", isPublic: true, "<h1>\(Words("经营上有难题，找专家一起想办法", "A problem in your business? Work it out with an expert"))</h1>"))
        }
    }

    package static func navigation(_ viewer: Viewer) -> [NavigationWord] { [NavigationWord("home", Words("首页", "Home"), Link(path: "/"))] }
    package static func counts(_ viewer: Viewer, _ reader: Reader) throws -> [String: Int] { [:] }
    package static func operatorFacts(_ reader: Reader) throws -> OperatorFacts { OperatorFacts() }
}
