// English texts for kinds of errors, pages of text and playing through stored steps on the Examples panel.
export const errors = {
  title: 'What the errors are',
  confusions: 'Most frequent errors, of all errors',
  before: 'the one before',
  after: 'the next one',
  elsewhere: 'from another place',
  blank: 'a blank',
  foreign: 'not in the target',
  low: 'too low',
  high: 'too high',
  none: 'none',
  confused: '{given} for {wanted}',
  wrongAt: 'wrong at {places}: {kinds}',
  pageRight: '{n} of {of} letters right, p {share}',
  pageOf: 'A held-out page as {name} reads it; arrow keys go from letter to letter',
  stands: '{wanted} stands here; given {share} %.',
  likelier: '{given} seemed more likely.',
  aboutPage:
    'Shade: how probable the run thought the letter that stands there. Underlined: another letter seemed more likely.',
  play: 'Play through the stored steps',
  pause: 'Pause',
  next: 'Next stored step',
};
