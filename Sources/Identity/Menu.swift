package import Languages
package import Markup
package import Web

/// A select whose choices stand in groups, such as counties under their cities: one control without a script.
package struct Menu: Sendable {
    package struct Group: Sendable {
        /// Nil for choices that belong to no group.
        package let title: Words?
        package let choices: [Choice]
        package init(_ title: Words?, _ choices: [Choice]) { self.title = title; self.choices = choices }
    }

    package let groups: [Group]
    package init(_ groups: [Group]) { self.groups = groups }

    /// The field with label, hint, message and what was chosen, as `form.show` does it for plain fields.
    package func show<Value>(_ field: Field<Value>, in form: Form, optional: Bool = false) -> HTML {
        let wrong = form.wrongs.first { $0.name == field.name }?.words
        let id = "f-" + field.name
        let chosen = form.text(field.name)
        let described = [field.hint == nil ? nil : id + "-h", wrong == nil ? nil : id + "-e"].compactMap { $0 }.joined(separator: " ")
        return """
            <div class="\(wrong == nil ? "field" : "field wrong")"><label for="\(id)">\(field.label)\(optional ? " <span class=\"optional\">\(Words("选填", "optional"))</span>" as HTML : nil)</label>\
            \(field.hint.map { "<p class=\"hint\" id=\"\(id + "-h")\">\($0)</p>" })\
            \(wrong.map { "<p class=\"wrong-note\" id=\"\(id + "-e")\">\(icon(.alert))<span><span class=\"hide\">\(Words("错误：", "Error: "))</span>\($0)</span></p>" })\
            <select class="input" id="\(id)" name="\(field.name)"\(attribute: "aria-invalid", wrong == nil ? nil : "true")\(attribute: "aria-describedby", described.isEmpty ? nil : described)>\
            <option value="">\(Words("请选", "Please choose"))</option>\(each: groups, { group in Menu.group(group, chosen) })</select></div>
            """
    }

    private static func group(_ group: Group, _ chosen: String?) -> HTML {
        let options: HTML = "\(each: group.choices, { choice in "<option value=\"\(choice.value)\"\(flag: "selected", choice.value == chosen)>\(choice.words)</option>" })"
        guard let title = group.title else { return options }
        return "<optgroup label=\"\(title())\">\(options)</optgroup>"
    }
}
