// The words of the needle task: common ones for the text, and names that occur in no other place.

/** Words of the text; each is drawn with the same probability. */
export const textWords = (
  'a about after again air all along also always an and another answer any are around as at away back be because been before began below ' +
  'between big book both boy but by call came can change close come could country cut day did different do does door down each earth eat end ' +
  'even ever every eye family far farm feet few find first follow food for found four from garden gave get girl give go good great ground ' +
  'grow had half hand hard has have he head hear help her here high hill him his home horse house how if important in into it its just keep ' +
  'kind know land large last late learn left letter light like line little live long look made make man many may me mean men might mile ' +
  'more morning most mother mountain move much must my near never new next night no north not now of off often old on once one only open ' +
  'or other our out over own page paper part people picture place plain plant play point read rest right river road rock room round run ' +
  'said same saw say school sea second see sentence she ship short should show side small so some song sound south spell stand start state ' +
  'still stop story street study such summer sun table take talk tell than that the their them then there these they thing think this ' +
  'those thought three through time to together too took town tree try turn two under until up us use very walk want was watch water way ' +
  'we well went were what wheel when where which while white who why will wind winter with without woman wood word work world would write ' +
  'year you young your'
).split(' ');

export const needleNames = (
  'amber badger cobalt dolphin ermine falcon granite heron indigo jasper kestrel lantern magnet nectar onyx pelican quartz raven saffron ' +
  'topaz umbra velvet walnut xenon yarrow zinnia basalt cedar fennel ginger hazel ivory'
).split(' ');
