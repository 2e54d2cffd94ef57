// What PostgreSQL's own grammar makes of statements. Takes lines of JSON, {sql, printed}, and answers each with a line:
// {error} where `sql` does not parse, else {kinds, tables, functions, same}: `same` where `printed` has the same tree.
'use strict';
const readline = require('readline');
const library = require(process.argv[2]);

// Functions that the grammar itself writes for its own syntax.
const SYNTAX = new Set(['timezone', 'like_escape', 'extract', 'substring', 'position', 'btrim', 'ltrim', 'rtrim']);
// What has the one table that it is about as its `relation`.
const TARGETED = ['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt', 'CopyStmt', 'CreateStmt', 'AlterTableStmt', 'RenameStmt', 'IndexStmt'];
const PLACES = /^(location|stmt_location|stmt_len|name_location|list_start|list_end|rexpr_list_start|rexpr_list_end|jumble_args)$/;

function withoutPlaces(node) {
  return JSON.stringify(node, (key, value) => (PLACES.test(key) ? undefined : value));
}

function text(list) {
  return list.map((part) => part.String.sval).join('.');
}

class Reading {
  constructor() {
    this.tables = new Set();
    this.functions = new Set();
  }

  // `seen` are the names that WITH gives here.
  read(node, seen) {
    if (Array.isArray(node)) {
      node.forEach((n) => this.read(n, seen));
      return;
    }
    if (node === null || typeof node !== 'object') {
      return;
    }
    for (const [key, value] of Object.entries(node)) {
      this.property(key, value, seen);
    }
  }

  property(key, value, seen) {
    if (key === 'RangeVar') {
      this.table(value, seen);
    } else if (key === 'lockedRels') {
      return;
    } else if (key === 'FuncCall') {
      this.call(value.funcname);
    } else if (key === 'DropStmt' && value.removeType === 'OBJECT_TABLE') {
      value.objects.forEach((o) => this.tables.add(text(o.List.items)));
    } else if (TARGETED.includes(key)) {
      this.target(value.relation);
      const { relation, ...rest } = value;
      this.behindWith(rest, seen);
      return;
    } else if (key === 'Constraint' && value.pktable) {
      this.target(value.pktable);
      const { pktable, ...rest } = value;
      this.read(rest, seen);
      return;
    } else if (key === 'SelectStmt' || key === 'larg' || key === 'rarg') {
      this.behindWith(value, seen);
      return;
    }
    this.read(value, seen);
  }

  target(relation) {
    if (relation) {
      this.tables.add((relation.schemaname ? relation.schemaname + '.' : '') + relation.relname);
    }
  }

  table(relation, seen) {
    if (relation.schemaname || !seen.has(relation.relname)) {
      this.target(relation);
    }
  }

  call(names) {
    const name = text(names);
    if (!(names.length === 2 && name.startsWith('pg_catalog.') && SYNTAX.has(names[1].String.sval))) {
      this.functions.add(name);
    }
  }

  behindWith(statement, seen) {
    const { withClause, ...rest } = statement;
    let inside = seen;
    if (withClause) {
      const parts = withClause.ctes.map((c) => c.CommonTableExpr);
      const names = parts.map((c) => c.ctename);
      parts.forEach((part, i) => this.read(part, new Set([...seen, ...(withClause.recursive ? names : names.slice(0, i))])));
      inside = new Set([...seen, ...names]);
    }
    this.read(rest, inside);
  }
}

function answer({ sql, printed }) {
  let tree;
  try {
    tree = library.parseSync(sql);
  } catch (e) {
    return { error: e.message };
  }
  const statements = (tree.stmts || []).map((s) => s.stmt);
  const reading = new Reading();
  reading.read(statements, new Set());
  let again = null;
  try {
    again = library.parseSync(printed);
  } catch (e) {
    again = { error: e.message };
  }
  return {
    kinds: statements.map((s) => Object.keys(s)[0]),
    tables: [...reading.tables].sort(),
    functions: [...reading.functions].sort(),
    same: withoutPlaces(tree) === withoutPlaces(again),
    tree: process.argv[3] ? tree : undefined,
    again: process.argv[3] ? again : undefined,
  };
}

library.loadModule().then(() => {
  readline.createInterface({ input: process.stdin }).on('line', (line) => {
    process.stdout.write(JSON.stringify(answer(JSON.parse(line))) + '\n');
  });
});
