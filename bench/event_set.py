# ruff: noqa: E501  an article is a line, and some are Cyrillic
"""Invented news of 62 events in eight languages, written for this project, to evaluate events and searches by meaning.

An event has a name, its day, a question in a user's words, and articles: language, headline, text. The events come in pairs with the same
place and actors on different days, or with different subjects on the same day, which are hard to distinguish.
"""

HAPPENINGS = [
    ("palma strike", 0, "sailors refuse to work in Mallorca", [
        ("en", "Ferry crews in Palma walk out", "No ferries left the port of Palma on Monday after 400 crew members of Balearia Norte stopped work. Their union demands higher pay for night shifts."),
        ("es", "Huelga de transbordadores paraliza el puerto de Palma", "Unos 400 tripulantes de Balearia Norte dejaron de trabajar este lunes. El sindicato exige un aumento del plus nocturno y ningún barco ha zarpado."),
        ("ru", "Паромы в Пальме встали из-за забастовки", "Около 400 моряков компании Balearia Norte в понедельник прекратили работу. Профсоюз требует доплаты за ночные смены."),
    ]),
    ("palma deal", 3, "end of the dispute on the Mallorca boats", [
        ("en", "Palma ferries sail again after pay deal", "Balearia Norte and the crews' union agreed on four percent more for night work on Thursday. The first ferry left Palma in the evening."),
        ("fr", "Palma : les ferries reprennent la mer après un accord", "La compagnie Balearia Norte et le syndicat ont signé jeudi une hausse de 4 % du travail de nuit. Un premier bateau est parti le soir même."),
        ("de", "Einigung in Palma: Fähren fahren wieder", "Balearia Norte und die Gewerkschaft haben sich am Donnerstag auf vier Prozent mehr Nachtzuschlag geeinigt. Die erste Fähre legte am Abend ab."),
    ]),
    ("izmir quake", 1, "earth tremor on the Aegean coast of Turkey", [
        ("tr", "İzmir'de 5,8 büyüklüğünde deprem", "Merkez üssü Seferihisar olan deprem sabah 6.12'de meydana geldi. İki bina çöktü, 31 kişi yaralandı."),
        ("en", "Magnitude 5.8 earthquake shakes Izmir", "Two buildings collapsed and 31 people were injured when the quake struck off Seferihisar early on Tuesday, officials said."),
        ("es", "Un terremoto de magnitud 5,8 sacude Esmirna", "El sismo, con epicentro en Seferihisar, derribó dos edificios y dejó 31 heridos en la madrugada del martes."),
        ("ar", "زلزال بقوة 5.8 درجات يهز إزمير", "انهار مبنيان وأصيب 31 شخصا في الزلزال الذي وقع فجر الثلاثاء قرب سفري حصار، بحسب السلطات."),
    ]),
    ("izmir flood", 3, "streets under water in a Turkish port city", [
        ("tr", "İzmir'de sel: alt geçitler su altında", "Sağanak yağış İzmir'de alt geçitleri ve 200 iş yerini su altında bıraktı. Tramvay seferleri durduruldu."),
        ("de", "Überschwemmung in Izmir nach Starkregen", "Unterführungen und rund 200 Läden stehen nach heftigem Regen in Izmir unter Wasser. Die Straßenbahn fährt nicht."),
        ("fr", "Izmir sous les eaux après des pluies torrentielles", "Les passages souterrains et quelque 200 commerces d'Izmir ont été inondés. Le tramway est à l'arrêt."),
    ]),
    ("lisbon vote", 0, "who won the town hall of the Portuguese capital", [
        ("en", "Teresa Valadim elected mayor of Lisbon", "The architect Teresa Valadim won the runoff with 51.3 percent of the vote on Sunday. She promised cheaper flats."),
        ("es", "Teresa Valadim gana la alcaldía de Lisboa", "La arquitecta se impuso el domingo en la segunda vuelta con el 51,3 % de los votos y prometió viviendas asequibles."),
        ("de", "Architektin Valadim wird Bürgermeisterin von Lissabon", "Teresa Valadim hat die Stichwahl am Sonntag mit 51,3 Prozent gewonnen. Sie verspricht bezahlbare Wohnungen."),
    ]),
    ("lisbon fire", 2, "blaze in an old building of Lisbon", [
        ("en", "Fire guts historic theatre in Lisbon", "Flames destroyed the roof of the São Brás theatre in Lisbon on Tuesday night. Mayor-elect Teresa Valadim visited the site; nobody was hurt."),
        ("fr", "Un incendie ravage un théâtre historique de Lisbonne", "Le toit du théâtre São Brás a été détruit par les flammes dans la nuit de mardi. Il n'y a pas de blessés."),
        ("ru", "В Лиссабоне сгорел исторический театр", "Пожар в ночь на среду уничтожил крышу театра Сан-Браш. Пострадавших нет."),
    ]),
    ("rate rise", 1, "dearer credit in Russia", [
        ("ru", "Центробанк повысил ключевую ставку до 17,5 процента", "Банк России поднял ставку на полтора пункта. Инфляция остаётся высокой, заявила председатель."),
        ("en", "Russia's central bank raises key rate to 17.5 percent", "The Bank of Russia lifted its benchmark by one and a half points on Friday and said inflation remained too high."),
        ("zh", "俄罗斯央行将基准利率上调至17.5%", "俄罗斯央行周五宣布加息1.5个百分点，称通胀仍然过高。"),
    ]),
    ("rouble fall", 4, "the Russian currency loses value", [
        ("ru", "Рубль упал до минимума за год", "Доллар на Московской бирже впервые за год подорожал до 112 рублей. Центробанк вмешиваться не стал."),
        ("de", "Rubel fällt auf den tiefsten Stand seit einem Jahr", "Ein Dollar kostete an der Moskauer Börse erstmals seit einem Jahr 112 Rubel. Die Zentralbank griff nicht ein."),
        ("es", "El rublo cae a su mínimo en un año", "El dólar se cotizó a 112 rublos en la Bolsa de Moscú, sin que el banco central interviniera."),
    ]),
    ("leipzig collision", 0, "Zugunglück in Sachsen", [
        ("de", "Zwei Regionalzüge stoßen bei Leipzig zusammen", "Bei dem Zusammenstoß nahe Wurzen wurden am Montag 24 Menschen verletzt, drei davon schwer. Ein Signal war wohl ausgefallen."),
        ("en", "Two regional trains collide near Leipzig", "Twenty-four people were hurt, three of them seriously, when two trains crashed near Wurzen on Monday. A signal had apparently failed."),
        ("fr", "Collision de deux trains régionaux près de Leipzig", "L'accident survenu lundi près de Wurzen a fait 24 blessés, dont trois graves. Un signal serait en cause."),
        ("ru", "Под Лейпцигом столкнулись два поезда", "В столкновении близ Вурцена пострадали 24 человека, трое из них тяжело. Предположительно, отказал сигнал."),
    ]),
    ("leipzig line opens", 3, "neue Bahnstrecke in Sachsen", [
        ("de", "Neuer Citytunnel-Ast in Leipzig eröffnet", "Nach sieben Jahren Bauzeit fahren seit Donnerstag S-Bahnen durch den neuen Tunnel in Leipzig. Er kostete 800 Millionen Euro."),
        ("en", "Leipzig opens new suburban rail tunnel", "After seven years of work, trains began to run on Thursday through the 800 million euro tunnel under Leipzig."),
        ("es", "Leipzig estrena un túnel ferroviario", "Tras siete años de obras, los trenes de cercanías circulan desde el jueves por el túnel, que costó 800 millones de euros."),
    ]),
    ("cairo hospital", 1, "new clinic for children in Egypt", [
        ("ar", "افتتاح مستشفى جديد للأطفال في القاهرة", "افتتحت وزيرة الصحة مستشفى يضم 300 سرير للأطفال في حي المعادي بالقاهرة، وقالت إن العلاج سيكون مجانيا."),
        ("en", "Children's hospital with 300 beds opens in Cairo", "Egypt's health minister opened the new hospital in the Maadi district on Tuesday and said treatment would be free."),
        ("fr", "Le Caire inaugure un hôpital pour enfants de 300 lits", "La ministre de la Santé a ouvert mardi l'établissement du quartier de Maadi, où les soins seront gratuits."),
    ]),
    ("cairo measles", 2, "Egypt vaccinates its pupils", [
        ("ar", "حملة تطعيم ضد الحصبة في مدارس القاهرة", "أعلنت وزيرة الصحة بدء حملة لتطعيم مليوني تلميذ ضد الحصبة في القاهرة بعد تسجيل 140 إصابة."),
        ("en", "Cairo schools begin measles vaccination", "Two million pupils are to be vaccinated after 140 cases of measles were recorded in Cairo, the health minister said on Wednesday."),
        ("de", "Masern in Kairo: zwei Millionen Schüler werden geimpft", "Nach 140 Fällen von Masern beginnt in den Schulen der Hauptstadt eine Impfkampagne, sagte die Gesundheitsministerin."),
    ]),
    ("shanghai strike", 0, "dockworkers stop unloading in China", [
        ("zh", "上海港码头工人罢工", "约两千名码头工人周一停工，要求提高夜班工资。洋山港区的集装箱装卸陷入停顿。"),
        ("en", "Dockers at Shanghai port down tools", "Some 2,000 dock workers stopped work on Monday to demand better night pay, halting containers at the Yangshan terminal."),
        ("es", "Los estibadores del puerto de Shanghái van a la huelga", "Unos 2.000 trabajadores pararon el lunes para pedir mejores salarios nocturnos en la terminal de Yangshan."),
    ]),
    ("shanghai collision", 2, "two ships hit each other off China", [
        ("zh", "上海港外两艘货轮相撞", "周三清晨，一艘集装箱船与一艘散货船在洋山港外相撞，四名船员失踪。"),
        ("en", "Four sailors missing after ships collide off Shanghai", "A container ship and a bulk carrier collided in fog outside the port of Yangshan early on Wednesday."),
        ("fr", "Quatre marins disparus après une collision au large de Shanghai", "Un porte-conteneurs et un vraquier se sont heurtés dans le brouillard mercredi matin près de Yangshan."),
        ("ru", "Близ Шанхая столкнулись два судна", "Контейнеровоз и балкер столкнулись в тумане у порта Яншань, четверо моряков пропали без вести."),
    ]),
    ("etna", 1, "volcano stops the planes in Sicily", [
        ("en", "Etna eruption closes Catania airport", "Ash from Mount Etna forced Catania airport to cancel 90 flights on Tuesday. Lava runs down the south-east flank."),
        ("es", "La erupción del Etna cierra el aeropuerto de Catania", "La ceniza obligó a cancelar 90 vuelos el martes. La lava desciende por la ladera sureste."),
        ("de", "Ätna spuckt Asche: Flughafen Catania geschlossen", "Wegen der Aschewolke fielen am Dienstag 90 Flüge aus. Lava fließt an der Südostflanke hinab."),
    ]),
    ("catania cocaine", 2, "drugs found on a boat in Sicily", [
        ("en", "Police seize two tonnes of cocaine in Catania", "The drugs were hidden among bananas in a container in the port of Catania, police said on Wednesday. Five men were arrested."),
        ("fr", "Deux tonnes de cocaïne saisies dans le port de Catane", "La drogue était cachée sous des bananes dans un conteneur. Cinq hommes ont été arrêtés mercredi."),
        ("de", "Zwei Tonnen Kokain im Hafen von Catania entdeckt", "Das Rauschgift lag unter Bananen in einem Container. Fünf Männer wurden am Mittwoch festgenommen."),
    ]),
    ("marseille budget", 0, "les finances de la ville phocéenne", [
        ("fr", "Marseille vote un budget de 1,9 milliard d'euros", "Le conseil municipal a adopté lundi le budget malgré l'opposition. Quinze écoles seront rénovées."),
        ("en", "Marseille council passes 1.9 billion euro budget", "Fifteen schools will be renovated under the budget that the council adopted on Monday against the votes of the opposition."),
        ("es", "Marsella aprueba un presupuesto de 1.900 millones de euros", "El ayuntamiento aprobó el lunes las cuentas, que prevén renovar quince escuelas, con la oposición en contra."),
    ]),
    ("marseille collapse", 2, "effondrement d'un immeuble dans le Midi", [
        ("fr", "Un immeuble s'effondre à Marseille, deux morts", "Un bâtiment de quatre étages s'est écroulé mercredi rue d'Aubagne. Deux corps ont été retrouvés, trois habitants sont recherchés."),
        ("de", "Wohnhaus in Marseille eingestürzt: zwei Tote", "Das vierstöckige Gebäude in der Rue d'Aubagne brach am Mittwoch zusammen. Drei Bewohner werden noch gesucht."),
        ("ar", "انهيار مبنى في مرسيليا ومقتل شخصين", "انهار مبنى من أربعة طوابق في شارع أوبان يوم الأربعاء، وما زال البحث جاريا عن ثلاثة من السكان."),
    ]),
    ("ankara cabinet", 1, "Türkiye'de yeni bakanlar", [
        ("tr", "Ankara'da kabine değişti: dört yeni bakan", "Cumhurbaşkanı salı günü dört bakanı görevden aldı. Maliye Bakanlığına ekonomist Selim Aktuğ getirildi."),
        ("en", "Turkey's president replaces four ministers", "The economist Selim Aktuğ becomes finance minister in the reshuffle announced in Ankara on Tuesday."),
        ("de", "Türkischer Präsident wechselt vier Minister aus", "Neuer Finanzminister wird der Ökonom Selim Aktuğ, wie am Dienstag in Ankara mitgeteilt wurde."),
    ]),
    ("ankara tax", 4, "Türkiye otomobil vergisini değiştiriyor", [
        ("tr", "Maliye Bakanı Aktuğ otomobil vergisini artırdı", "Yeni Maliye Bakanı Selim Aktuğ, Ankara'da otomobil vergisinin yüzde 12 artacağını açıkladı."),
        ("en", "Turkey raises car tax by 12 percent", "Finance Minister Selim Aktuğ said in Ankara on Friday that the tax on new cars would go up by 12 percent in January."),
        ("ru", "Турция повышает налог на автомобили на 12 процентов", "Министр финансов Селим Актуг объявил в Анкаре, что налог вырастет в январе."),
    ]),
    ("tokyo heat", 0, "pupils in Japan stay at home because of the heat", [
        ("en", "Tokyo closes schools in record heat", "The city closed all public schools for two days after 41.2 degrees were measured on Monday, the highest ever."),
        ("zh", "东京高温破纪录，学校停课两天", "东京周一气温达41.2度，创历史新高，公立学校停课两天。"),
        ("fr", "Canicule record à Tokyo : les écoles fermées", "Il a fait 41,2 degrés lundi, du jamais vu. Les écoles publiques restent fermées deux jours."),
    ]),
    ("tokyo blackout", 1, "no electricity in the Japanese capital", [
        ("en", "Power cut hits a million homes in Tokyo", "A fire in a substation left a million households in Tokyo without electricity on Tuesday evening. Trains stood still for three hours."),
        ("de", "Stromausfall in Tokio: eine Million Haushalte dunkel", "Ein Brand in einem Umspannwerk legte am Dienstagabend das Netz lahm. Züge standen drei Stunden still."),
        ("es", "Un apagón deja sin luz a un millón de hogares en Tokio", "El incendio de una subestación cortó la electricidad el martes por la noche y detuvo los trenes tres horas."),
    ]),
    ("kenya pact", 2, "doctors in Kenya go back to work", [
        ("en", "Kenyan doctors end 56-day strike", "The doctors' union in Nairobi signed a deal with the government on Wednesday that raises the pay of interns."),
        ("fr", "Kenya : fin de la grève des médecins après 56 jours", "Le syndicat a signé mercredi à Nairobi un accord qui augmente la rémunération des internes."),
        ("ar", "أطباء كينيا ينهون إضرابا استمر 56 يوما", "وقعت نقابة الأطباء في نيروبي اتفاقا مع الحكومة يرفع أجور المتدربين."),
    ]),
    ("kenya floods", 3, "heavy rain kills people in Kenya", [
        ("en", "Floods kill 17 in Nairobi", "The Mathare river burst its banks in the night to Thursday. Seventeen people died and thousands lost their homes."),
        ("es", "Inundaciones en Nairobi dejan 17 muertos", "El río Mathare se desbordó en la madrugada del jueves; miles de personas perdieron sus casas."),
        ("de", "Siebzehn Tote bei Überschwemmungen in Nairobi", "Der Fluss Mathare trat in der Nacht zum Donnerstag über die Ufer. Tausende sind obdachlos."),
        ("zh", "内罗毕洪灾造成17人死亡", "马萨雷河周四凌晨决堤，数千人无家可归。"),
    ]),
    ("peace talks open", 0, "negotiations over the war begin in Switzerland", [
        ("en", "Peace talks on Varnia open in Geneva", "Envoys of the government of Varnia and of the rebels met in Geneva on Monday for the first time in two years."),
        ("fr", "Ouverture à Genève des pourparlers de paix sur la Varnie", "Les émissaires du gouvernement et des rebelles se sont rencontrés lundi, une première depuis deux ans."),
        ("ru", "В Женеве начались мирные переговоры по Варнии", "Представители правительства и повстанцев встретились в понедельник впервые за два года."),
    ]),
    ("peace talks fail", 3, "no agreement between government and rebels", [
        ("en", "Varnia talks collapse in Geneva", "The rebels left the negotiations in Geneva on Thursday because the government refused to release 60 prisoners."),
        ("de", "Varnien-Gespräche in Genf gescheitert", "Die Rebellen haben die Verhandlungen am Donnerstag verlassen, weil die Regierung 60 Gefangene nicht freilassen will."),
        ("es", "Fracasan en Ginebra las negociaciones sobre Varnia", "Los rebeldes se levantaron el jueves de la mesa porque el Gobierno no quiso liberar a 60 presos."),
    ]),
    ("bridge lima", 1, "a crossing over the river opens in Peru", [
        ("es", "Lima inaugura el puente más largo del país", "El presidente inauguró el martes el puente Rímac Norte, de 1.840 metros, que costó 210 millones de soles."),
        ("en", "Peru's longest bridge opens in Lima", "The 1,840-metre Rímac Norte bridge, which cost 210 million soles, was opened by the president on Tuesday."),
        ("de", "Längste Brücke Perus in Lima eingeweiht", "Der Präsident eröffnete am Dienstag die 1840 Meter lange Brücke Rímac Norte. Sie kostete 210 Millionen Soles."),
    ]),
    ("lima protest", 3, "Peruvian capital: demonstration against bus fares", [
        ("es", "Miles protestan en Lima por el alza del pasaje", "Unas 15.000 personas marcharon el jueves contra el aumento del precio del autobús. Hubo 40 detenidos."),
        ("en", "Thousands march in Lima against higher bus fares", "About 15,000 people protested in the Peruvian capital on Thursday. Police arrested 40."),
        ("ru", "В Лиме тысячи людей протестуют против подорожания проезда", "Около 15 тысяч человек вышли в четверг на улицы столицы Перу, 40 задержаны."),
    ]),
    ("chip plant", 0, "semiconductor maker builds in Saxony", [
        ("de", "Halbleiterhersteller Norvex baut Werk in Dresden", "Norvex will in Dresden fünf Milliarden Euro investieren und 2000 Menschen beschäftigen, teilte das Unternehmen am Montag mit."),
        ("en", "Chipmaker Norvex to build five-billion-euro plant in Dresden", "The factory is to employ 2,000 people, the company said on Monday."),
        ("zh", "芯片厂商Norvex将在德累斯顿投资50亿欧元建厂", "公司周一表示，新工厂将雇用两千人。"),
    ]),
    ("chip layoffs", 4, "semiconductor firm cuts jobs", [
        ("de", "Norvex streicht 1200 Stellen", "Der Halbleiterhersteller Norvex baut wegen schwacher Nachfrage 1200 Arbeitsplätze in Asien ab, wie er am Freitag mitteilte."),
        ("en", "Norvex to cut 1,200 jobs in Asia", "The chipmaker blamed weak demand for memory when it announced the cuts on Friday."),
        ("fr", "Le fabricant de puces Norvex supprime 1 200 emplois en Asie", "Le groupe invoque vendredi la faiblesse de la demande de mémoires."),
    ]),
    ("cup final", 2, "Copa América women's title", [
        ("es", "Colombia gana la Copa América femenina en los penaltis", "La selección de Colombia venció 4-2 a Brasil en la tanda tras empatar 1-1 en Quito el miércoles."),
        ("en", "Colombia beat Brazil on penalties to win women's Copa América", "After a 1-1 draw in Quito on Wednesday Colombia won the shootout 4-2 for their first title."),
        ("fr", "Copa América féminine : la Colombie sacrée aux tirs au but", "Les Colombiennes ont battu le Brésil 4-2 aux tirs au but après un nul 1-1 mercredi à Quito."),
    ]),
    ("cup semifinal", 0, "Brazil's women reach the final", [
        ("es", "Brasil golea a Argentina y jugará la final de la Copa América", "La selección femenina de Brasil ganó 3-0 a Argentina en la semifinal disputada el lunes en Quito."),
        ("en", "Brazil thrash Argentina 3-0 to reach women's Copa América final", "Two goals in the first ten minutes decided Monday's semi-final in Quito."),
        ("de", "Brasiliens Frauen im Finale der Copa América", "Mit einem 3:0 gegen Argentinien hat Brasilien am Montag in Quito das Halbfinale gewonnen."),
    ]),
    ("oil spill", 1, "tanker pollutes the beaches of Brittany", [
        ("fr", "Marée noire en Bretagne après l'échouement d'un pétrolier", "Le pétrolier Astra Dawn s'est échoué mardi près de Brest et a perdu 900 tonnes de fioul."),
        ("en", "Tanker aground off Brest spills 900 tonnes of oil", "The Astra Dawn ran onto rocks on Tuesday and fuel oil has reached beaches in Brittany."),
        ("es", "Un petrolero encalla frente a Brest y vierte 900 toneladas de fuel", "El Astra Dawn chocó el martes contra las rocas y el vertido alcanza las playas de Bretaña."),
        ("ru", "Танкер сел на мель у Бреста: в море вытекло 900 тонн мазута", "Судно Astra Dawn во вторник налетело на скалы, пляжи Бретани загрязнены."),
    ]),
    ("oil trial", 4, "captain of the ship before a judge in Brittany", [
        ("fr", "Le capitaine de l'Astra Dawn mis en examen à Brest", "Le capitaine du pétrolier a été inculpé vendredi de pollution maritime et laissé libre contre une caution de 300 000 euros."),
        ("en", "Captain of Astra Dawn charged in Brest", "The tanker's captain was charged with marine pollution on Friday and released on bail of 300,000 euros."),
        ("de", "Kapitän der Astra Dawn in Brest angeklagt", "Dem Kapitän des Tankers wird Meeresverschmutzung vorgeworfen. Er kam am Freitag gegen 300.000 Euro Kaution frei."),
    ]),
    ("wolf law", 0, "hunting of wolves allowed", [
        ("de", "Bundestag erlaubt Abschuss von Wölfen", "Mit 362 zu 241 Stimmen hat der Bundestag am Montag das Jagdgesetz geändert. Naturschützer wollen klagen."),
        ("en", "German parliament allows wolves to be shot", "The Bundestag changed the hunting law by 362 votes to 241 on Monday. Conservationists plan to sue."),
        ("fr", "Allemagne : le Bundestag autorise l'abattage de loups", "La loi sur la chasse a été modifiée lundi par 362 voix contre 241. Des associations iront en justice."),
    ]),
    ("pension law", 2, "Germans are to work longer", [
        ("de", "Bundestag beschließt Rente mit 68", "Mit 355 zu 250 Stimmen hat der Bundestag am Mittwoch das Rentenalter angehoben. Die Gewerkschaften protestieren."),
        ("en", "German parliament raises retirement age to 68", "The Bundestag passed the pension law by 355 votes to 250 on Wednesday; unions protest."),
        ("es", "El Bundestag eleva la edad de jubilación a 68 años", "La ley de pensiones salió adelante el miércoles por 355 votos a 250, con protestas sindicales."),
    ]),
    ("moon lander", 1, "Indian spacecraft comes down on the moon", [
        ("en", "Indian probe lands near the moon's south pole", "Chandra-5 touched down at 14:07 on Tuesday. It is to drill for ice for two weeks, the space agency said in Bengaluru."),
        ("es", "Una sonda india aluniza cerca del polo sur", "La Chandra-5 se posó el martes a las 14.07 y buscará hielo durante dos semanas, informó la agencia espacial."),
        ("ru", "Индийский аппарат сел у южного полюса Луны", "«Чандра-5» прилунилась во вторник в 14:07 и две недели будет искать лёд."),
        ("ar", "مسبار هندي يهبط قرب القطب الجنوبي للقمر", "هبط المسبار شاندرا-5 يوم الثلاثاء وسيبحث عن الجليد لمدة أسبوعين، وفق وكالة الفضاء."),
    ]),
    ("rocket explosion", 3, "failed launch in India", [
        ("en", "Indian rocket explodes after launch", "A satellite launcher blew up 80 seconds after lift-off from Sriharikota on Thursday. The space agency in Bengaluru has begun an inquiry."),
        ("de", "Indische Rakete kurz nach dem Start explodiert", "Der Satellitenträger zerbrach am Donnerstag 80 Sekunden nach dem Start in Sriharikota. Die Raumfahrtbehörde untersucht die Ursache."),
        ("zh", "印度火箭升空后爆炸", "一枚运载卫星的火箭周四从斯里赫里戈达发射80秒后爆炸，航天机构已展开调查。"),
    ]),
    ("bank merger", 0, "two Spanish lenders become one", [
        ("es", "Banco Levante y Caja Duero acuerdan fusionarse", "La nueva entidad tendrá 9 millones de clientes, anunciaron los bancos el lunes en Valencia."),
        ("en", "Spain's Banco Levante and Caja Duero agree to merge", "The new bank will have nine million customers, they said in Valencia on Monday."),
        ("fr", "Espagne : fusion de Banco Levante et de Caja Duero", "Le nouvel établissement comptera 9 millions de clients, ont annoncé les deux banques lundi à Valence."),
    ]),
    ("bank hack", 3, "customers of a Spanish lender robbed of their data", [
        ("es", "Un ciberataque expone datos de clientes de Banco Levante", "Los piratas robaron los datos de 700.000 clientes, admitió el banco de Valencia el jueves."),
        ("en", "Hackers steal data of 700,000 Banco Levante customers", "The Valencia-based bank said on Thursday that names and account numbers had been taken, but no money."),
        ("de", "Hacker stehlen Daten von 700.000 Kunden der Banco Levante", "Namen und Kontonummern seien erbeutet worden, aber kein Geld, erklärte die Bank am Donnerstag in Valencia."),
    ]),
    ("gas pipeline", 2, "explosion cuts the fuel line to Azerbaijan's neighbours", [
        ("en", "Blast stops gas pipeline in Georgia", "An explosion near Gori halted the flow of gas from Azerbaijan to Turkey on Wednesday. Repairs will take ten days."),
        ("tr", "Gürcistan'da doğal gaz boru hattında patlama", "Gori yakınlarındaki patlama çarşamba günü Azerbaycan'dan Türkiye'ye gaz akışını durdurdu. Onarım on gün sürecek."),
        ("ru", "Взрыв остановил газопровод в Грузии", "Взрыв близ Гори в среду прервал поставки газа из Азербайджана в Турцию. Ремонт займёт десять дней."),
    ]),
    ("gas price", 3, "heating becomes more expensive in Georgia", [
        ("en", "Georgia raises household gas price by a fifth", "The regulator in Tbilisi said on Thursday that families will pay 20 percent more for gas from December."),
        ("ru", "В Грузии газ для населения подорожает на 20 процентов", "Регулятор в Тбилиси объявил в четверг, что новые цены действуют с декабря."),
        ("de", "Georgien erhöht den Gaspreis für Haushalte um ein Fünftel", "Familien zahlen ab Dezember 20 Prozent mehr, teilte die Behörde in Tiflis am Donnerstag mit."),
    ]),
    ("film prize", 0, "who won the film festival in Venice", [
        ("en", "Iranian drama wins Golden Lion in Venice", "Leila Moradi's film The Well took the top prize on Monday. The jury praised its quiet anger."),
        ("fr", "Le Lion d'or à l'Iranienne Leila Moradi", "Son film « Le Puits » a reçu lundi la récompense suprême de la Mostra de Venise."),
        ("de", "Goldener Löwe für Leila Moradi", "Der iranische Film „Der Brunnen“ hat am Montag in Venedig den Hauptpreis gewonnen."),
        ("es", "La iraní Leila Moradi gana el León de Oro", "Su película «El pozo» recibió el lunes el máximo premio de la Mostra de Venecia."),
    ]),
    ("film arrest", 4, "Iranian director taken to prison", [
        ("en", "Film-maker Leila Moradi arrested in Tehran", "The winner of the Golden Lion was detained at the airport on Friday on her return from Venice, her lawyer said."),
        ("fr", "La cinéaste Leila Moradi arrêtée à Téhéran", "La lauréate du Lion d'or a été interpellée vendredi à l'aéroport à son retour de Venise, selon son avocat."),
        ("ar", "اعتقال المخرجة ليلى مرادي في طهران", "أوقفت الفائزة بالأسد الذهبي في المطار يوم الجمعة لدى عودتها من البندقية، بحسب محاميها."),
    ]),
    ("bird flu", 1, "poultry killed because of a disease in Poland", [
        ("en", "Poland culls 600,000 hens over bird flu", "The virus H5N1 was found on two farms near Poznań on Tuesday. A ten-kilometre zone was sealed off."),
        ("de", "Vogelgrippe: Polen lässt 600.000 Hühner töten", "Das Virus H5N1 wurde am Dienstag auf zwei Höfen bei Posen nachgewiesen. Zehn Kilometer im Umkreis sind gesperrt."),
        ("ru", "В Польше из-за птичьего гриппа забьют 600 тысяч кур", "Вирус H5N1 обнаружен во вторник на двух фермах под Познанью. Введён карантин в радиусе десяти километров."),
    ]),
    ("farm protest", 2, "tractors block the roads in Poland", [
        ("en", "Polish farmers block roads around Poznań", "Some 3,000 tractors closed the motorway on Wednesday in a protest against grain imports."),
        ("fr", "Pologne : les agriculteurs bloquent les routes de Poznań", "Quelque 3 000 tracteurs ont coupé mercredi l'autoroute contre les importations de céréales."),
        ("es", "Agricultores polacos bloquean las carreteras de Poznan", "Unos 3.000 tractores cortaron el miércoles la autopista contra la importación de cereales."),
    ]),
    ("mine accident", 0, "workers trapped underground in South Africa", [
        ("en", "Forty miners trapped near Rustenburg", "A lift failed at the Karee platinum mine on Monday, leaving forty men 900 metres below ground."),
        ("fr", "Quarante mineurs bloqués sous terre près de Rustenburg", "Un ascenseur de la mine de platine de Karee est tombé en panne lundi à 900 mètres de profondeur."),
        ("zh", "南非勒斯滕堡四十名矿工被困井下", "卡里铂矿的升降机周一发生故障，四十名矿工被困在地下900米处。"),
    ]),
    ("mine sale", 4, "platinum pit in South Africa changes hands", [
        ("en", "Karee platinum mine sold for 1.1 billion dollars", "The mine near Rustenburg goes to a Canadian company, the owner said on Friday."),
        ("de", "Platinmine Karee für 1,1 Milliarden Dollar verkauft", "Das Bergwerk bei Rustenburg geht an einen kanadischen Konzern, teilte der Eigentümer am Freitag mit."),
        ("es", "Venden la mina de platino de Karee por 1.100 millones de dólares", "La explotación cercana a Rustenburg pasa a una empresa canadiense, según anunció el viernes su dueño."),
    ]),
    ("library roman", 1, "ancient town found under a car park", [
        ("en", "Roman baths found under car park in Cologne", "Archaeologists uncovered a heated pool from the second century during building work, the city said on Tuesday."),
        ("de", "Römische Therme unter Kölner Parkplatz entdeckt", "Bei Bauarbeiten kam ein beheiztes Becken aus dem zweiten Jahrhundert zutage, teilte die Stadt am Dienstag mit."),
        ("tr", "Köln'de otoparkın altında Roma hamamı bulundu", "Arkeologlar inşaat sırasında ikinci yüzyıldan kalma ısıtmalı bir havuz ortaya çıkardı."),
    ]),
    ("bomb cologne", 2, "evacuation in Cologne because of an old bomb", [
        ("en", "Wartime bomb forces 8,000 out of their homes in Cologne", "Experts defused the 500-kilo American bomb, found during building work, on Wednesday evening."),
        ("de", "Weltkriegsbombe in Köln: 8000 Menschen evakuiert", "Die bei Bauarbeiten gefundene amerikanische Fünf-Zentner-Bombe wurde am Mittwochabend entschärft."),
        ("fr", "Cologne : 8 000 habitants évacués à cause d'une bombe de la guerre", "L'engin américain de 500 kilos, découvert sur un chantier, a été désamorcé mercredi soir."),
    ]),
    ("vaccine malaria", 0, "protection against malaria for African infants", [
        ("en", "WHO approves new malaria vaccine", "The vaccine protects infants for two years and costs three dollars a dose, the agency said in Geneva on Monday."),
        ("es", "La OMS aprueba una nueva vacuna contra la malaria", "Protege a los bebés durante dos años y cuesta tres dólares por dosis, anunció la agencia el lunes."),
        ("ar", "منظمة الصحة العالمية توافق على لقاح جديد ضد الملاريا", "يحمي اللقاح الرضع لمدة عامين ويكلف ثلاثة دولارات للجرعة، بحسب المنظمة في جنيف."),
        ("zh", "世卫组织批准新的疟疾疫苗", "该疫苗可保护婴儿两年，每剂三美元，世卫组织周一在日内瓦宣布。"),
    ]),
    ("who budget", 3, "the UN health agency runs out of money", [
        ("en", "WHO to cut a quarter of its staff", "The World Health Organization said in Geneva on Thursday that it lacks 600 million dollars and will cut jobs."),
        ("fr", "L'OMS va supprimer un quart de ses postes", "Il manque 600 millions de dollars à l'Organisation mondiale de la santé, a-t-elle annoncé jeudi à Genève."),
        ("de", "WHO streicht ein Viertel ihrer Stellen", "Der Weltgesundheitsorganisation fehlen 600 Millionen Dollar, wie sie am Donnerstag in Genf mitteilte."),
    ]),
    ("sydney shark", 2, "swimmer attacked in Australia", [
        ("en", "Shark bites swimmer at Sydney beach", "A 34-year-old woman lost a leg at Coogee beach on Wednesday. All beaches of the city were closed."),
        ("fr", "Une nageuse attaquée par un requin à Sydney", "Une femme de 34 ans a perdu une jambe mercredi sur la plage de Coogee. Toutes les plages sont fermées."),
        ("ru", "В Сиднее акула напала на купальщицу", "Женщина 34 лет потеряла ногу на пляже Куджи. Все пляжи города закрыты."),
    ]),
    ("sydney storm", 3, "hail damages cars in Australia", [
        ("en", "Hailstorm batters Sydney", "Hailstones as large as tennis balls damaged thousands of cars in Sydney on Thursday. Insurers expect 900 million dollars in claims."),
        ("de", "Hagelsturm verwüstet Sydney", "Tennisballgroße Körner beschädigten am Donnerstag Tausende Autos. Versicherer rechnen mit 900 Millionen Dollar."),
        ("zh", "悉尼遭冰雹袭击", "周四网球大小的冰雹砸坏数千辆汽车，保险公司预计赔付九亿澳元。"),
    ]),
    ("border opens", 1, "people may cross between two Caucasus countries", [
        ("tr", "Türkiye-Ermenistan sınırı otuz yıl sonra açıldı", "Alican sınır kapısından salı günü ilk kamyonlar geçti. Yolcular da aralıktan itibaren geçebilecek."),
        ("en", "Turkey and Armenia open border after three decades", "The first lorries passed the Alican crossing on Tuesday. Travellers may follow from December."),
        ("ru", "Турция и Армения открыли границу спустя тридцать лет", "Во вторник через переход Алиджан прошли первые грузовики, пассажиры поедут с декабря."),
        ("fr", "La Turquie et l'Arménie rouvrent leur frontière", "Les premiers camions ont franchi mardi le poste d'Alican, fermé depuis trente ans."),
    ]),
    ("armenia vote", 4, "early election in Yerevan", [
        ("ru", "В Армении распущен парламент", "Премьер-министр объявил в пятницу в Ереване досрочные выборы, которые пройдут 20 декабря."),
        ("en", "Armenia dissolves parliament and calls early election", "The prime minister said in Yerevan on Friday that Armenians would vote on 20 December."),
        ("de", "Armenien löst das Parlament auf", "Der Regierungschef kündigte am Freitag in Eriwan Neuwahlen für den 20. Dezember an."),
    ]),
    ("toronto airport", 0, "plane leaves the runway in Canada", [
        ("en", "Jet skids off runway in Toronto", "All 142 people on board a flight from Calgary escaped unhurt when the plane slid into snow on Monday."),
        ("fr", "Toronto : un avion sort de la piste", "Les 142 occupants du vol en provenance de Calgary sont indemnes après la sortie de piste de lundi dans la neige."),
        ("es", "Un avión se sale de la pista en Toronto", "Los 142 ocupantes del vuelo procedente de Calgary resultaron ilesos el lunes en la nieve."),
    ]),
    ("toronto pilots", 2, "flights in Canada cancelled by a walkout", [
        ("en", "Pilots' strike grounds 300 flights in Toronto", "Pilots of Maple Wings stopped work at midnight on Wednesday over rest times."),
        ("de", "Pilotenstreik: 300 Flüge in Toronto gestrichen", "Die Piloten von Maple Wings legten am Mittwoch um Mitternacht wegen der Ruhezeiten die Arbeit nieder."),
        ("zh", "飞行员罢工，多伦多三百个航班取消", "枫翼航空的飞行员周三零时起因休息时间问题罢工。"),
    ]),
    ("reef", 1, "corals die off the coast of Egypt", [
        ("en", "Half of Red Sea corals bleached, survey finds", "Water of 33 degrees has bleached half of the reefs off Hurghada, Egyptian scientists reported on Tuesday."),
        ("ar", "دراسة: نصف الشعاب المرجانية في البحر الأحمر أصابه الابيضاض", "قال علماء مصريون إن حرارة المياه البالغة 33 درجة أضرت بالشعاب قبالة الغردقة."),
        ("es", "La mitad de los corales del mar Rojo se ha blanqueado", "El agua a 33 grados dañó los arrecifes frente a Hurgada, según científicos egipcios."),
    ]),
    ("boat hurghada", 3, "tourists in danger at sea in Egypt", [
        ("en", "Diving boat sinks off Hurghada, 28 rescued", "The boat with German and Polish tourists capsized in high waves on Thursday; two people are missing."),
        ("de", "Tauchboot vor Hurghada gesunken", "Bei hohem Seegang kenterte am Donnerstag ein Schiff mit deutschen und polnischen Urlaubern. 28 wurden gerettet, zwei werden vermisst."),
        ("ar", "غرق مركب غوص قبالة الغردقة وإنقاذ 28 سائحا", "انقلب المركب بسبب الأمواج يوم الخميس وما زال شخصان مفقودين."),
    ]),
    ("data law", 2, "Brazil wants to protect children on the internet", [
        ("es", "Brasil prohíbe las redes sociales a menores de 14 años", "El Senado aprobó el miércoles en Brasilia la ley, que entrará en vigor en marzo."),
        ("en", "Brazil bans social media for under-14s", "The senate in Brasília passed the law on Wednesday; it takes effect in March."),
        ("fr", "Le Brésil interdit les réseaux sociaux aux moins de 14 ans", "Le Sénat a adopté mercredi à Brasilia la loi, qui entrera en vigueur en mars."),
    ]),
    ("amazon fires", 3, "fewer trees burn in Brazil", [
        ("en", "Amazon fires down by 40 percent", "Satellites counted 40 percent fewer fires in the Brazilian Amazon this year, the institute INPE said in Brasília on Thursday."),
        ("de", "Vierzig Prozent weniger Brände am Amazonas", "Satelliten zählten in Brasilien deutlich weniger Feuer als im Vorjahr, teilte das Institut INPE am Donnerstag mit."),
        ("ru", "Пожаров в Амазонии стало меньше на 40 процентов", "Институт INPE сообщил в четверг, что спутники насчитали в Бразилии гораздо меньше очагов."),
    ]),
]  # fmt: skip

SECOND_REPORTS = [
    ("palma strike", "en", "Travellers stranded as Balearic ferries stop", "Thousands of passengers waited on the quays of Palma after seamen began an open-ended strike over pay for night duty on Monday."),
    ("palma deal", "en", "Strike over: boats leave Palma for Barcelona", "After three days the seamen's strike in Palma has ended with a rise of four percent. Balearia Norte expects normal service at the weekend."),
    ("izmir quake", "en", "Dozens hurt as tremor hits Turkey's Aegean coast", "Rescuers searched the rubble of two houses in Izmir after a strong earthquake in the early hours of Tuesday. Schools stay closed."),
    ("izmir flood", "tr", "Yağmur İzmir'i vurdu, dükkânları su bastı", "İzmir'de perşembe günkü sağanakta yüzlerce dükkânı su bastı; belediye ekipleri alt geçitlerde mahsur kalan araçları kurtardı."),
    ("lisbon vote", "es", "Lisboa elige a una arquitecta como alcaldesa", "Valadim, sin partido, derrotó por poco al candidato conservador en la segunda vuelta del domingo."),
    ("lisbon fire", "en", "Lisbon's São Brás theatre destroyed by flames", "More than a hundred firefighters fought the blaze in the 18th-century playhouse; its roof fell in shortly before midnight on Tuesday."),
    ("rate rise", "ru", "Банк России поднял ставку сразу на 1,5 пункта", "Регулятор ужесточил политику в пятницу: ключевая ставка теперь 17,5 процента, кредиты подорожают."),
    ("rouble fall", "ru", "Доллар стоит 112 рублей впервые за год", "Курс американской валюты на торгах в Москве подскочил на фоне падения цен на нефть."),
    ("leipzig collision", "de", "Zugunglück in Wurzen: Ermittler prüfen Signal", "Nach dem Zusammenprall zweier Züge mit 24 Verletzten am Montag untersucht die Polizei, warum ein Signal ausfiel."),
    ("leipzig line opens", "de", "Erste S-Bahn fährt durch Leipzigs neuen Tunnel", "Tausende Schaulustige kamen am Donnerstag zur Eröffnung der 800 Millionen Euro teuren Strecke."),
    ("cairo hospital", "ar", "القاهرة: مستشفى للأطفال في المعادي يستقبل أول مرضاه", "بدأ المستشفى الجديد الذي يضم 300 سرير العمل يوم الثلاثاء بحضور وزيرة الصحة."),
    ("shanghai strike", "en", "Chinese dockers' stoppage leaves containers piled up", "Cranes at Yangshan stood still on Monday as two thousand port workers asked for higher wages at night."),
    ("etna", "en", "Flights halted in Sicily as Etna spews ash", "Travellers slept in the terminal of Catania on Tuesday. Vulcanologists say the lava flow does not threaten villages."),
    ("catania cocaine", "en", "Cocaine among bananas: five held in Sicily", "Customs officers opened a container from Ecuador in Catania and found drugs worth 200 million euros, police said on Wednesday."),
    ("marseille collapse", "fr", "Rue d'Aubagne : les secours fouillent les décombres", "Trois habitants manquent toujours à l'appel après l'effondrement mercredi d'un immeuble de Marseille, qui a fait deux morts."),
    ("ankara cabinet", "en", "Selim Aktuğ named Turkish finance minister", "The president dismissed four members of his cabinet on Tuesday and gave the treasury to an economist."),
    ("tokyo heat", "en", "41.2 degrees: Tokyo swelters as pupils are sent home", "Japan's capital had its hottest day since records began on Monday. Public schools will not open until Thursday."),
    ("tokyo blackout", "en", "Substation fire plunges Tokyo into darkness", "Commuters walked along the tracks on Tuesday evening after the electricity failed in a million homes."),
    ("kenya floods", "en", "Death toll rises to 17 after Mathare river overflows", "Houses in the slums of Nairobi were swept away in the night to Thursday after two days of rain."),
    ("peace talks open", "en", "Varnia's warring sides sit down in Geneva", "The first meeting between the government and rebels for two years began on Monday with a minute of silence."),
    ("peace talks fail", "en", "Rebels walk out of Geneva talks on Varnia", "The dispute over 60 prisoners ended the negotiations on Thursday without a date for another round."),
    ("oil spill", "fr", "Le pétrolier Astra Dawn souille les plages bretonnes", "Des centaines de bénévoles nettoient la côte près de Brest après le naufrage de mardi."),
    ("oil trial", "fr", "Pollution en Bretagne : le commandant du pétrolier inculpé", "Un juge de Brest a mis en examen vendredi le capitaine de l'Astra Dawn, qui reste libre sous caution."),
    ("chip plant", "de", "Dresden bekommt Chipfabrik für fünf Milliarden", "Der Konzern Norvex schafft in der Stadt 2000 Arbeitsplätze; der Bau soll im Frühjahr beginnen."),
    ("moon lander", "en", "Chandra-5 sends first pictures from lunar south pole", "India's lander came down safely on Tuesday afternoon and will search for ice."),
    ("rocket explosion", "en", "Sriharikota launch ends in fireball", "India lost two satellites on Thursday when a rocket broke apart little more than a minute into its flight."),
    ("film prize", "fr", "Mostra de Venise : « Le Puits » de Leila Moradi couronné", "Le jury a salué la colère contenue de ce drame iranien, récompensé lundi par le Lion d'or."),
    ("bomb cologne", "de", "Fünf-Zentner-Bombe in Köln entschärft", "Achttausend Anwohner durften am Mittwochabend in ihre Wohnungen zurück, nachdem der Blindgänger unschädlich gemacht war."),
    ("sydney shark", "en", "Woman loses leg in shark attack at Coogee", "Surfers pulled the 34-year-old ashore on Wednesday; helicopters now patrol the coast."),
    ("toronto airport", "en", "All safe after plane slides into snow at Toronto airport", "The flight from Calgary overran the runway in a snowstorm on Monday; 142 people left it by the chutes."),
    ("toronto pilots", "en", "Maple Wings passengers stranded as pilots walk out", "Three hundred departures from Toronto were cancelled on Wednesday in a quarrel over rest periods."),
    ("amazon fires", "en", "Satellites see far fewer blazes in Brazil's rainforest", "The space institute INPE put the decline at 40 percent on Thursday and credited more patrols."),
]  # fmt: skip
"""Further reports in a language that the event already has."""


def reports() -> list[tuple[int, str, str, str]]:
    """Return all articles: the number of the event, language, headline and text."""
    numbers = {name: number for number, (name, *_) in enumerate(HAPPENINGS)}
    first = [(number, *article) for number, (*_, articles) in enumerate(HAPPENINGS) for article in articles]
    return first + [(numbers[name], *article) for name, *article in SECOND_REPORTS]
