//! An OpenAPI document, arranged to be read by people.

use serde_json::Value;

/// Everything the JSON face does, by subject.
#[derive(Debug, Default)]
pub(in crate::api) struct Reference {
    pub(in crate::api) description: String,
    pub(in crate::api) subjects: Vec<Subject>,
    pub(in crate::api) shapes: Vec<Shape>,
}

#[derive(Debug)]
pub(in crate::api) struct Subject {
    pub(in crate::api) name: String,
    pub(in crate::api) operations: Vec<Operation>,
}

#[derive(Debug)]
pub(in crate::api) struct Operation {
    pub(in crate::api) method: String,
    pub(in crate::api) path: String,
    pub(in crate::api) summary: String,
    pub(in crate::api) parameters: Vec<Field>,
    /// The shape of what is sent, where something is.
    pub(in crate::api) sends: Option<String>,
    pub(in crate::api) answers: Vec<Answered>,
}

#[derive(Debug)]
pub(in crate::api) struct Answered {
    pub(in crate::api) status: String,
    pub(in crate::api) description: String,
    pub(in crate::api) shape: Option<String>,
}

/// An object that is sent or answered, or the words a field may hold.
#[derive(Debug)]
pub(in crate::api) struct Shape {
    pub(in crate::api) name: String,
    pub(in crate::api) description: String,
    pub(in crate::api) fields: Vec<Field>,
    pub(in crate::api) words: Vec<String>,
}

#[derive(Debug)]
pub(in crate::api) struct Field {
    pub(in crate::api) name: String,
    pub(in crate::api) kind: String,
    pub(in crate::api) required: bool,
    pub(in crate::api) description: String,
}

impl Reference {
    pub(in crate::api) fn read(doc: &Value) -> Reference {
        let mut reference =
            Reference { description: text(&doc["info"]["description"]), ..Reference::default() };
        for (path, item) in entries(&doc["paths"]) {
            for (method, operation) in entries(item) {
                let subject = text(&operation["tags"][0]);
                let operation = Operation::read(method, path, operation);
                match reference.subjects.iter_mut().find(|known| known.name == subject) {
                    Some(known) => known.operations.push(operation),
                    None => reference
                        .subjects
                        .push(Subject { name: subject, operations: vec![operation] }),
                }
            }
        }
        let shapes = entries(&doc["components"]["schemas"]);
        reference.shapes = shapes.map(|(name, shape)| Shape::read(name, shape)).collect();
        reference
    }
}

impl Operation {
    fn read(method: &str, path: &str, operation: &Value) -> Operation {
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let sent = entries(&operation["requestBody"]["content"]).next();
        Operation {
            method: method.to_uppercase(),
            path: path.to_owned(),
            summary: [text(&operation["summary"]), text(&operation["description"])].join(" "),
            parameters: parameters
                .map(|parameter| Field {
                    name: text(&parameter["name"]),
                    kind: kind(&parameter["schema"]),
                    required: parameter["required"] == true,
                    description: text(&parameter["description"]),
                })
                .collect(),
            sends: sent.map(|(_, content)| kind(&content["schema"])),
            answers: entries(&operation["responses"])
                .map(|(status, answer)| Answered {
                    status: status.to_owned(),
                    description: text(&answer["description"]),
                    shape: entries(&answer["content"])
                        .next()
                        .map(|(_, content)| kind(&content["schema"])),
                })
                .collect(),
        }
    }
}

impl Shape {
    fn read(name: &str, shape: &Value) -> Shape {
        let required = shape["required"].as_array().cloned().unwrap_or_default();
        Shape {
            name: name.to_owned(),
            description: text(&shape["description"]),
            fields: entries(&shape["properties"])
                .map(|(name, field)| Field {
                    name: name.to_owned(),
                    kind: kind(field),
                    required: required.iter().any(|required| required == name),
                    description: text(&field["description"]),
                })
                .collect(),
            words: shape["enum"].as_array().into_iter().flatten().map(text).collect(),
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().trim().to_owned()
}

fn entries(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), value))
}

/// The type of a schema in a word or two: `string (date-time)`, `list of Booking`.
fn kind(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str() {
        return name.rsplit('/').next().unwrap_or_default().to_owned();
    }
    let several =
        schema["oneOf"].as_array().or(schema["anyOf"].as_array()).or(schema["allOf"].as_array());
    if let Some(kinds) = several {
        return kinds.iter().map(kind).collect::<Vec<_>>().join(" or ");
    }
    let plain = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().map(text).collect::<Vec<_>>().join(" or "),
        one => text(one),
    };
    match (plain.as_str(), schema["format"].as_str()) {
        ("array", _) => format!("list of {}", kind(&schema["items"])),
        ("", _) => "anything".to_owned(),
        (_, Some(format)) => format!("{plain} ({format})"),
        (_, None) => plain,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_document_is_arranged_by_subject() {
        let reference = Reference::read(&json!({
            "info": { "title": "First Call" },
            "paths": { "/bookings/{id}": { "get": {
                "tags": ["bookings"],
                "summary": "The call sheet.",
                "parameters": [{ "name": "id", "required": true, "schema": { "type": "integer", "format": "int64" } }],
                "responses": { "200": { "description": "It.", "content": { "application/json": {
                    "schema": { "$ref": "#/components/schemas/Booking" } } } } },
            } } },
            "components": { "schemas": { "Booking": {
                "required": ["id"],
                "properties": { "id": { "type": "integer" }, "events": { "type": "array", "items": { "type": ["string", "null"] } } },
            } } },
        }));
        let operation = &reference.subjects[0].operations[0];
        assert_eq!((operation.method.as_str(), operation.path.as_str()), ("GET", "/bookings/{id}"));
        assert_eq!(operation.parameters[0].kind, "integer (int64)");
        assert_eq!(operation.answers[0].shape.as_deref(), Some("Booking"));
        assert_eq!(reference.shapes[0].fields[1].kind, "list of string or null");
        assert!(reference.shapes[0].fields[0].required);
    }
}
