//! Reads tables by their declared keys and collects what is wrong with them.
//!
//! A value that cannot be read is replaced by an empty one: the problem, once noted, keeps the configuration from
//! being handed out, and reading goes on to find the next problem.

use super::noted::Ctx;
use super::problem::{did_you_mean, one_of};
use super::schema::{Key, Table};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// One table of the file, or the absence of one.
pub(super) struct Section<'a> {
    pub(super) ctx: &'a Ctx<'a>,
    /// The key path for messages.
    pub(super) path: String,
    at: Range<usize>,
    table: Option<&'a DeTable<'a>>,
}

impl<'a> Section<'a> {
    /// Opens a table and notes every key that it should not have.
    pub(super) fn open(ctx: &'a Ctx<'a>, path: String, at: Range<usize>, table: &'a DeTable<'a>, is: &Table) -> Self {
        let section = Self { ctx, path, at, table: Some(table) };
        section.refuse_unknown(is);
        section
    }

    /// A table in which any key may stand, looked at by the caller.
    fn open_any(ctx: &'a Ctx<'a>, path: String, at: Range<usize>, table: &'a DeTable<'a>) -> Self {
        Self { ctx, path, at, table: Some(table) }
    }

    /// Notes every key that this kind of table does not have.
    pub(super) fn refuse_unknown(&self, is: &Table) {
        self.refuse_other(is.title, &is.names().collect::<Vec<_>>());
    }

    /// Notes every key besides these.
    pub(super) fn refuse_other(&self, title: &str, names: &[&'static str]) {
        let names = || names.iter().copied();
        for key in self.table.into_iter().flat_map(DeTable::keys) {
            if names().any(|name| name == key.get_ref()) {
                continue;
            }
            let near = did_you_mean(key.get_ref(), names());
            let say = if near.is_empty() {
                format!("unknown key; {title} may have {}", one_of(names()).replace(" or ", " and "))
            } else {
                format!("unknown key{near}")
            };
            self.ctx.note(&key.span(), &self.path_of(key.get_ref()), say, false, false);
        }
    }

    /// The table continues under the name that it gave itself: `brand.acme` says more than `brand[1]`.
    pub(super) fn renamed(mut self, path: String) -> Self {
        self.path = path;
        self
    }

    fn path_of(&self, key: &str) -> String {
        let plain = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
        let key = if plain { key.to_owned() } else { format!("{key:?}") };
        if self.path.is_empty() { key } else { format!("{}.{key}", self.path) }
    }

    fn value(&self, key: &Key) -> Option<&'a Spanned<DeValue<'a>>> {
        let value = self.table.and_then(|table| table.get(key.name));
        if value.is_none() && key.required {
            let say = format!("missing; expected {}", key.expects);
            self.ctx.note(&self.at, &self.path_of(key.name), say, false, true);
        }
        value
    }

    /// Whether the key is there, readable or not.
    pub(super) fn has(&self, key: &Key) -> bool {
        self.table.is_some_and(|table| table.contains_key(key.name))
    }

    /// Whether the table is there.
    pub(super) fn is_present(&self) -> bool {
        self.table.is_some()
    }

    fn span_of(&self, key: &Key) -> Range<usize> {
        self.table.and_then(|table| table.get(key.name)).map_or_else(|| self.at.clone(), Spanned::span)
    }

    /// Notes a problem with a key's value, or, without a value, with the table.
    pub(super) fn problem(&self, key: &Key, say: impl Into<String>) {
        self.ctx.note(&self.span_of(key), &self.path_of(key.name), say.into(), false, false);
    }

    /// Notes a problem with the table as a whole.
    pub(super) fn wrong(&self, say: impl Into<String>) {
        self.ctx.note(&self.at, &self.path, say.into(), false, false);
    }

    /// Notes that something which a broken line may hide is not there.
    pub(super) fn absence(&self, say: impl Into<String>) {
        self.ctx.note(&self.at, &self.path, say.into(), false, true);
    }

    /// Notes that a key is not there which must be: why it must.
    pub(super) fn missing(&self, key: &Key, why: &str) {
        let say = format!("missing; expected {}: {why}", key.expects);
        self.ctx.note(&self.at, &self.path_of(key.name), say, false, true);
    }

    /// Notes something worth knowing about a key's value.
    pub(super) fn warning(&self, key: &Key, say: impl Into<String>) {
        self.ctx.note(&self.span_of(key), &self.path_of(key.name), say.into(), true, false);
    }

    fn mistyped(&self, key: &Key, value: &Spanned<DeValue<'_>>) {
        let say = format!("expected {}, found {}", key.expects, in_words(value.get_ref()));
        self.ctx.note(&value.span(), &self.path_of(key.name), say, false, false);
    }

    fn convert<T>(
        &self,
        key: &Key,
        value: &Spanned<DeValue<'_>>,
        convert: &mut dyn FnMut(&str) -> Result<T, String>,
    ) -> Option<T> {
        let Some(text) = as_text(value.get_ref()) else {
            self.mistyped(key, value);
            return None;
        };
        match convert(&text) {
            Ok(converted) => Some(converted),
            Err(say) => {
                self.ctx.note(&value.span(), &self.path_of(key.name), say, false, false);
                None
            }
        }
    }

    /// A text in a certain form, or the key's default, or nothing.
    pub(super) fn optional<T>(&self, key: &Key, mut convert: impl FnMut(&str) -> Result<T, String>) -> Option<T> {
        match self.value(key) {
            Some(value) => self.convert(key, value, &mut convert),
            None => key.default.and_then(|default| convert(default).ok()),
        }
    }

    /// A text in a certain form, or the key's default.
    pub(super) fn parsed<T: Default>(&self, key: &Key, convert: impl FnMut(&str) -> Result<T, String>) -> T {
        self.optional(key, convert).unwrap_or_default()
    }

    /// A list of texts in a certain form; a single text is a list of one.
    pub(super) fn list<T>(&self, key: &Key, mut convert: impl FnMut(&str) -> Result<T, String>) -> Vec<T> {
        match self.value(key) {
            None => key.default.and_then(|default| convert(default).ok()).into_iter().collect(),
            Some(value) => match value.get_ref() {
                DeValue::Array(items) => {
                    items.iter().filter_map(|item| self.convert(key, item, &mut convert)).collect()
                }
                _ => self.convert(key, value, &mut convert).into_iter().collect(),
            },
        }
    }

    /// Yes or no, if said.
    pub(super) fn flag(&self, key: &Key) -> Option<bool> {
        let value = self.value(key)?;
        if value.get_ref().as_bool().is_none() {
            self.mistyped(key, value);
        }
        value.get_ref().as_bool()
    }

    /// A whole number of at least 1, if said.
    pub(super) fn count(&self, key: &Key) -> Option<usize> {
        let value = self.value(key)?;
        let number = value.get_ref().as_integer().and_then(|n| usize::from_str_radix(n.as_str(), n.radix()).ok());
        if number.is_none_or(|n| n == 0) {
            self.mistyped(key, value);
            return None;
        }
        number
    }

    /// A table under a key; an absent one reads like an empty one.
    pub(super) fn table(&self, key: &Key, is: &Table) -> Section<'a> {
        let path = self.path_of(key.name);
        match self.value(key).map(|value| (value, value.get_ref())) {
            Some((value, DeValue::Table(table))) => Section::open(self.ctx, path, value.span(), table, is),
            Some((value, _)) => {
                self.mistyped(key, value);
                Section { ctx: self.ctx, path, at: value.span(), table: None }
            }
            None => Section { ctx: self.ctx, path, at: self.at.clone(), table: None },
        }
    }

    /// A table whose keys were checked before.
    pub(super) fn table_again(&self, key: &Key) -> Section<'a> {
        let table = self.table.and_then(|table| table.get(key.name));
        Section {
            ctx: self.ctx,
            path: self.path_of(key.name),
            at: self.span_of(key),
            table: table.and_then(|table| table.get_ref().as_table()),
        }
    }

    /// Whether a list is there that has nothing in it.
    pub(super) fn is_empty_list(&self, key: &Key) -> bool {
        let value = self.table.and_then(|table| table.get(key.name));
        value.and_then(|value| value.get_ref().as_array()).is_some_and(|items| items.is_empty())
    }

    /// The tables of a `[[key]]`, each under a path such as `key[2]`. Their keys are not checked yet.
    pub(super) fn tables(&self, key: &Key) -> Vec<Section<'a>> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let DeValue::Array(items) = value.get_ref() else {
            let say = format!("write [[{0}]] with double brackets: there can be several", key.name);
            self.ctx.note(&value.span(), &self.path_of(key.name), say, false, false);
            return Vec::new();
        };
        let mut sections = Vec::new();
        for (i, item) in items.iter().enumerate() {
            let path = format!("{}[{}]", self.path_of(key.name), i + 1);
            match item.get_ref() {
                DeValue::Table(table) => {
                    sections.push(Section::open_any(self.ctx, path, item.span(), table));
                }
                _ => self.mistyped(key, item),
            }
        }
        sections
    }

    /// The tables under a key whose names people choose: `[hours.brands.NAME]`. `None`: so are the names of their keys.
    pub(super) fn named_tables(&self, key: &Key, is: Option<&Table>) -> Vec<(String, Section<'a>)> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let DeValue::Table(table) = value.get_ref() else {
            self.mistyped(key, value);
            return Vec::new();
        };
        let within = Section::open_any(self.ctx, self.path_of(key.name), value.span(), table);
        let mut sections = Vec::new();
        for (name, value) in table {
            match value.get_ref() {
                DeValue::Table(table) => {
                    let path = within.path_of(name.get_ref());
                    let section = Section::open_any(self.ctx, path, name.span(), table);
                    if let Some(is) = is {
                        section.refuse_unknown(is);
                    }
                    sections.push((name.get_ref().to_string(), section));
                }
                _ => within.mistyped(key, value),
            }
        }
        sections
    }

    /// Texts under names that people choose: `reactions = { eyes = "claim" }`. A name or a text that is not right is noted
    /// and left out.
    pub(super) fn named_texts<N: Ord, T>(
        &self,
        key: &Key,
        expects: &str,
        convert_name: impl Fn(&str) -> Result<N, String>,
        convert: impl Fn(&str) -> Result<T, String>,
    ) -> BTreeMap<N, T> {
        let Some(value) = self.value(key) else { return BTreeMap::new() };
        let DeValue::Table(table) = value.get_ref() else {
            self.mistyped(key, value);
            return BTreeMap::new();
        };
        Section::open_any(self.ctx, self.path_of(key.name), value.span(), table).texts(expects, convert_name, convert)
    }

    /// Everything in this table, as texts under names that people choose.
    pub(super) fn texts<N: Ord, T>(
        &self,
        expects: &str,
        convert_name: impl Fn(&str) -> Result<N, String>,
        convert: impl Fn(&str) -> Result<T, String>,
    ) -> BTreeMap<N, T> {
        let mut all = BTreeMap::new();
        for (name, value) in self.table.into_iter().flatten() {
            let noted = |at: Range<usize>, say| self.ctx.note(&at, &self.path_of(name.get_ref()), say, false, false);
            let named = convert_name(name.get_ref()).map_err(|say| noted(name.span(), say));
            let text = as_text(value.get_ref())
                .ok_or_else(|| format!("expected {expects}, found {}", in_words(value.get_ref())))
                .and_then(|text| convert(&text))
                .map_err(|say| noted(value.span(), say));
            if let (Ok(named), Ok(text)) = (named, text) {
                all.insert(named, text);
            }
        }
        all
    }

    /// One table or a list of tables under a key. A text there is handed to `text` for its message.
    pub(super) fn one_or_more(&self, key: &Key, is: &Table, text: &dyn Fn() -> String) -> Vec<Section<'a>> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let items: Vec<&'a Spanned<DeValue<'a>>> = match value.get_ref() {
            DeValue::Array(items) => items.iter().collect(),
            _ => vec![value],
        };
        let mut sections = Vec::new();
        for item in items {
            match item.get_ref() {
                DeValue::Table(table) => {
                    sections.push(Section::open(self.ctx, self.path_of(key.name), item.span(), table, is));
                }
                DeValue::String(_) => {
                    self.ctx.note(&item.span(), &self.path_of(key.name), text(), false, false);
                }
                _ => self.mistyped(key, item),
            }
        }
        sections
    }
}

/// Text as written; a date or a time of TOML's own reads as the text that it is.
fn as_text<'v>(value: &'v DeValue<'_>) -> Option<Cow<'v, str>> {
    match value {
        DeValue::String(text) => Some(Cow::Borrowed(text)),
        DeValue::Datetime(moment) => Some(Cow::Owned(moment.to_string())),
        _ => None,
    }
}

fn in_words(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
