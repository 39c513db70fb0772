/** The meaning of DuckDB's types. */
export const isNumeric = (type: string): boolean =>
  /^(?:U?(?:TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(.*\))$/.test(type);

export const isText = (type: string): boolean => /^(?:VARCHAR|ENUM\(.*\))$/s.test(type);

export const isTime = (type: string): boolean => /^(?:DATE|TIMESTAMP.*)$/.test(type);
