import Languages
package import Markup

extension Form {
    /// The summary on top, which takes focus and links to each field.
    package var summary: HTML? {
        guard !wrongs.isEmpty else { return nil }
        return """
            <div class="mb say bad" role="alert" tabindex="-1" id="errors" autofocus>\(icon(.alert))<div><h2 class="h3">\(Words("有\(wrongs.count)处要补或要改，好了就能交", wrongs.count == 1 ? "One thing to correct" : "\(wrongs.count) things to correct"))</h2>\
            <ul class="plain">\(each: wrongs, { wrong in "<li><a href=\"\(Link(path: "#f-" + wrong.name))\">\(wrong.words)</a></li>" })</ul></div></div>
            """
    }

    /// The field with label, hint, message and what was typed.
    package func show<Value>(_ field: Field<Value>, optional: Bool = false) -> HTML {
        let wrong = wrongs.first { $0.name == field.name }?.words
        let id = "f-" + field.name
        switch field.control {
        case .hidden: return "<input type=\"hidden\" name=\"\(field.name)\" value=\"\(text(field.name) ?? "")\">"
        case .tick:
            return """
                <div\(attribute: "class", wrong == nil ? "field" : "field wrong")>\(message(wrong, id))<label class="choice open"><input type="checkbox" id="\(id)" name="\(field.name)" value="yes"\(flag: "checked", text(field.name) == "yes")\(attribute: "aria-invalid", wrong == nil ? nil : "true")\(attribute: "aria-describedby", describedBy(field, id, wrong))><span>\(field.label)</span></label>\(hint(field, id))</div>
                """
        case .radios(let choices, let columns): return choosing(field, choices, columns ? "m6 choices" : "one choices", "radio", id, wrong, optional)
        case .ticks(let choices): return choosing(field, choices, "m6 choices", "checkbox", id, wrong, optional)
        case .line, .area, .select: break
        }
        return """
            <div class="\(wrong == nil ? "field" : "field wrong")"><label for="\(id)">\(field.label)\(optional ? self.optional : nil)</label>\(hint(field, id))\(message(wrong, id))\(input(field, id, wrong))</div>
            """
    }

    private func input<Value>(_ field: Field<Value>, _ id: String, _ wrong: Words?) -> HTML {
        let typed = all(field.name).first ?? ""
        switch field.control {
        case .line(let type, let keyboard, let autocomplete, let short):
            return """
                <input class="\(short ? "input short" : "input")" id="\(id)" name="\(field.name)" type="\(type)" inputmode="\(keyboard)" autocomplete="\(autocomplete)" value="\("\(type)" == "password" ? "" : typed)"\(attribute: "aria-invalid", wrong == nil ? nil : "true")\(attribute: "aria-describedby", describedBy(field, id, wrong))>
                """
        case .area(let longest, let low):
            return """
                <textarea class="\(low ? "low input" : "input")" id="\(id)" name="\(field.name)" data-count="\(plain: longest)"\(attribute: "aria-invalid", wrong == nil ? nil : "true")\(attribute: "aria-describedby", describedBy(field, id, wrong))>
                \(typed)</textarea>
                """
        case .select(let choices):
            return """
                <select class="input" id="\(id)" name="\(field.name)"\(attribute: "aria-invalid", wrong == nil ? nil : "true")\(attribute: "aria-describedby", describedBy(field, id, wrong))>\(each: choices, { choice in
                    "<option value=\"\(choice.value)\"\(flag: "selected", choice.value == typed)>\(choice.words)</option>"
                })</select>
                """
        default: return .empty
        }
    }

    private func choosing<Value>(
        _ field: Field<Value>, _ choices: [Choice], _ kind: String, _ type: String, _ id: String, _ wrong: Words?, _ optional: Bool
    ) -> HTML {
        let chosen = Set(all(field.name))
        return """
            <fieldset class="\(wrong == nil ? "field" : "field wrong")" id="\(id)" tabindex="-1"\(attribute: "aria-describedby", describedBy(field, id, wrong))><legend>\(field.label)\(optional ? self.optional : nil)</legend>\(hint(field, id))\(message(wrong, id))\
            <div class="\(kind)">\(each: choices, { choice in
                """
                <label class="choice"><input type="\(type)" name="\(field.name)" value="\(choice.value)"\(flag: "checked", chosen.contains(choice.value))><span>\(choice.words)\(choice.hint.map { "<br><span class=\"small soft\">\($0)</span>" })</span></label>
                """
            })</div></fieldset>
            """
    }

    private var optional: HTML { " <span class=\"optional\">\(Words("选填", "optional"))</span>" }

    private func hint<Value>(_ field: Field<Value>, _ id: String) -> HTML? {
        field.hint.map { "<p class=\"hint\" id=\"\(id + "-h")\">\($0)</p>" }
    }

    private func message(_ wrong: Words?, _ id: String) -> HTML? {
        wrong.map { "<p class=\"wrong-note\" id=\"\(id + "-e")\">\(icon(.alert))<span><span class=\"hide\">\(Words("错误：", "Error: "))</span>\($0)</span></p>" }
    }

    private func describedBy<Value>(_ field: Field<Value>, _ id: String, _ wrong: Words?) -> String? {
        let ids = [field.hint == nil ? nil : id + "-h", wrong == nil ? nil : id + "-e"].compactMap { $0 }
        return ids.isEmpty ? nil : ids.joined(separator: " ")
    }
}
