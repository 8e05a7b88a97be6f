// `fragments: 'tree'` builds elements with createElement instead of parsing HTML text, so the pages run under
// `require-trusted-types-for 'script'` without any trusted-types policy of their own.
export default {
  compilerOptions: {
    runes: true,
    fragments: 'tree',
    // Tables become blocks on narrow screens, and browsers then drop their table semantics: the explicit roles,
    // redundant on wide screens, keep them.
    warningFilter: (warning) => warning.code !== 'a11y_no_redundant_roles',
  },
};
