// Projects without a compiler for .vue files only name the screens; `vue-tsc` checks them in the page's own project.
declare module '*.vue';
